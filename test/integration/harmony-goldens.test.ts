import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Prompt } from '../../src/shared/protocol/prompt';
import { DEFAULT_HARMONY_SYSTEM, expandSystemMessage } from '../../src/shared/util/system-message';
import { renderHarmony } from '../../src/worker/harmony/render';
import { segmentsToTokens } from '../../src/worker/prompt/tokenize';
import { HARMONY_CONTROL_TOKENS } from '../../tools/models/o200k-vocab';
import { makeO200kVocab } from '../../tools/models/test-models';
import { loadTokenizer } from '../support/real-tokenizer';

interface Golden {
  name: string;
  /** The system message is openai-harmony's default one. */
  defaultSystem: boolean;
  prompt: Prompt;
  /** What openai-harmony makes of it (tools/harmony-goldens/make.py). */
  tokens: number[];
  /** llama.cpp's tokenizer cuts this text elsewhere: the same text, other tokens. */
  knownDifference?: true;
}

const root = join(__dirname, '..', '..');
const fixture = JSON.parse(readFileSync(join(root, 'test/fixtures/harmony/goldens.json'), 'utf8')) as {
  date: string;
  goldens: Golden[];
};

describe('harmony prompts, token by token as openai-harmony makes them', function () {
  this.timeout(60_000);
  let tokenizer: Awaited<ReturnType<typeof loadTokenizer>>;

  before(async () => {
    tokenizer = await loadTokenizer(makeO200kVocab(join(root, '.cache/models')), HARMONY_CONTROL_TOKENS);
  });
  after(() => tokenizer.dispose());

  for (const { name, defaultSystem, prompt, tokens, knownDifference } of fixture.goldens) {
    it(name, () => {
      const actual = segmentsToTokens(renderHarmony(prompt), tokenizer);
      // The texts make a difference readable; the ids decide.
      assert.equal(tokenizer.decode(actual), tokenizer.decode(tokens));
      if (knownDifference) assert.notDeepEqual(actual, tokens, 'llama.cpp agrees now: drop the exception');
      else assert.deepEqual(actual, tokens);
      if (defaultSystem) {
        const values = { effort: prompt.effort, date: fixture.date, hasTools: prompt.tools.length > 0 };
        assert.equal(prompt.system, expandSystemMessage(DEFAULT_HARMONY_SYSTEM, values));
      }
    });
  }
});
