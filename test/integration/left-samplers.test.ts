/** What llama.cpp needs for one evaluation is given back: many of them take no more memory than a few. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anonymousBytes } from '../../src/hub/engines/process-memory';
import { Generate } from '../../src/shared/protocol/generate';
import { writeMadeUpModel } from '../../tools/models/made-up';
import { TestHub } from '../support/hub';

/** As large as gpt-oss's: each evaluation's sampler has 12 bytes for every token. */
const VOCABULARY = 200_000;
const SAMPLER_BYTES = 12 * VOCABULARY;
const ANSWERS = 40;
/** Of each answer: one reads the prompt, one says the token. */
const EVALUATIONS = 2 * ANSWERS;

describe('the samplers that evaluations leave', () => {
  let hub: TestHub;
  let folder: string;
  before(() => {
    hub = TestHub.create();
    folder = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  });
  after(async () => {
    await hub.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are freed while answers go on', async function () {
    if (process.platform !== 'linux') this.skip(); // Elsewhere the system does not say what a process takes.
    const path = join(folder, 'model.gguf');
    writeMadeUpModel(path, { architecture: 'llama', layers: 1, embedding: 64, heads: 2, kvHeads: 2, headSize: 32, feedForward: 64, vocabulary: VOCABULARY, contextLength: 2_048, type: 'Q8_0' }); // prettier-ignore
    const client = await hub.connect();
    const answer = async (run: number): Promise<void> => {
      const { figures } = await client.request(Generate, {
        runId: `run ${run}`,
        label: 'a test',
        priority: 'inline',
        messages: [{ role: 'user', text: `question ${run}` }],
        tools: [],
        modelPath: path,
        maxTokens: 1,
      });
      assert.equal(figures.outputTokens, 1);
    };
    const taken = async (): Promise<number> => {
      const bytes = await anonymousBytes((await hub.record()).workers[0]);
      assert.ok(bytes !== undefined);
      return bytes;
    };

    for (let run = 0; run < 10; run++) await answer(run);
    const before = await taken();
    for (let run = 0; run < ANSWERS; run++) await answer(run);
    const more = (await taken()) - before;
    assert.ok(more < (EVALUATIONS * SAMPLER_BYTES) / 4, `${(more / 2 ** 20).toFixed(0)} MiB more`);
  });
});
