/** The doctor of the real hub: models, folders of other formats, and baselines through the real command. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeGguf, type GgufValue } from '../../tools/gguf/gguf-writer';
import type { HubClient } from '../../src/client/hub-client';
import {
  Diagnose,
  type DoctorReport,
  type Finding,
  type WindowFacts,
} from '../../src/shared/protocol/doctor';
import { LoadModel, ReadMachine } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { TEST_LOAD, TestHub, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';

describe('the doctor', () => {
  let hub: TestHub;
  let client: HubClient;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-doctor-'));
    hub = TestHub.create();
    client = await hub.connect();
    // The doctor does not wait for ever; a test machine may be busy. What is known is not asked again.
    await client.request(ReadMachine, null);
  });
  after(async () => {
    await hub.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const diagnose = (model?: string, window?: WindowFacts): Promise<DoctorReport> =>
    client.request(Diagnose, { ...(model !== undefined && { model }), ...(window && { window }) });
  const finding = ({ findings }: DoctorReport, id: string): Finding => {
    const found = findings.find((candidate) => candidate.id === id);
    assert.ok(found, id);
    return found;
  };
  const state = (report: DoctorReport, id: string): string => {
    const { status, severity } = finding(report, id);
    return status === 'verified' ? severity : status;
  };

  it('finds nothing wrong with the tiny models, and loads nothing', async () => {
    const report = await diagnose();
    assert.deepEqual([report.format, report.version, report.model.path], ['hearth-doctor', 1, TINY_GPT_OSS]);
    for (const id of ['model-file', 'checkpoint-format', 'chat-template', 'gpu-libraries', 'flash-attention'])
      assert.equal(state(report, id), 'refuted', id);
    assert.equal(state(report, 'remote-gpu'), 'unchecked');
    assert.deepEqual((await hub.record()).workers, []);
    assert.match(finding(await diagnose(TINY_LLAMA), 'chat-template').evidence.join(), /has a chat template/);
  });

  it('recognises what is not GGUF, and says what serves it', async () => {
    const check = async (name: string, files: object, evidence: RegExp, advice: RegExp): Promise<void> => {
      const path = join(folder, name);
      mkdirSync(path);
      for (const [file, content] of Object.entries(files))
        writeFileSync(join(path, file), JSON.stringify(content));
      const report = await diagnose(path);
      assert.equal(report.model.name, name);
      assert.equal(state(report, 'checkpoint-format'), 'error');
      const found = finding(report, 'checkpoint-format');
      assert.match(found.evidence.join('\n'), evidence);
      assert.match(found.advice, advice);
    };
    const quantized = (quant_method: string) => ({
      'model.safetensors': 0,
      'config.json': { quantization_config: { quant_method, bits: 4 } },
    });
    await check('gptq', quantized('gptq'), /a GPTQ checkpoint/, /vLLM/);
    await check('exl3', quantized('exl3'), /an EXL3 checkpoint/, /TabbyAPI/);
    await check(
      'plain',
      { 'model.safetensors': 0, 'config.json': {} },
      /model\.safetensors/,
      /convert_hf_to_gguf/,
    );
    const file = await diagnose(join(folder, 'gptq', 'model.safetensors'));
    assert.match(finding(file, 'checkpoint-format').evidence.join(), /GPTQ/);
  });

  it('sees a model that has no template, and one that is not there', async () => {
    const metadata = new Map<string, GgufValue>([
      ['general.architecture', { type: 'string', value: 'llama' }],
      ['llama.context_length', { type: 'uint32', value: 512 }],
    ]);
    const tensors = [
      { name: 'token_embd.weight', shape: [32, 1], type: 'F32' as const, data: new Uint8Array(128) },
    ];
    mkdirSync(join(folder, 'base'));
    writeFileSync(join(folder, 'base', 'base.gguf'), encodeGguf({ metadata, tensors }));
    // The only model of a folder is the one that is meant.
    for (const path of [join(folder, 'base', 'base.gguf'), join(folder, 'base')])
      assert.equal(state(await diagnose(path), 'chat-template'), 'warning');
    const gone = await diagnose(join(folder, 'gone.gguf'));
    assert.equal(state(gone, 'model-file'), 'error');
    assert.equal(state(gone, 'chat-template'), 'unchecked');
    assert.equal(state(gone, 'flash-attention'), 'refuted');
  });

  it('knows the window, and what is in memory', async () => {
    await client.request(LoadModel, { path: TINY_LLAMA });
    const window = { remoteName: 'ssh-remote', runsBesideRemote: false, machine: 'box' };
    const report = await diagnose(TINY_GPT_OSS, window);
    assert.equal(state(report, 'remote-gpu'), 'warning');
    assert.equal(state(report, 'other-models'), 'info');
    assert.match(finding(report, 'other-models').evidence.join(), /^tiny-llama holds /);
  });

  describe('as a command', () => {
    const baseline = (): string => join(folder, 'baseline.json');

    it('says it in words, and as JSON', () => {
      const { stdout, code } = hub.cli(['doctor', TINY_GPT_OSS]);
      assert.equal(code, 0);
      assert.match(stdout, /^tiny-gpt-oss \(.*\n\n/);
      assert.match(stdout, /\nLooked at, and fine\n  The model is a whole GGUF file of 0\.5 MB\.\n/);
      assert.match(stdout, /\nNot looked at\n/);
      assert.match(stdout, /\d+ fine, \d+ not looked at\.\n$/);
      writeFileSync(baseline(), hub.cli(['doctor', TINY_GPT_OSS, '--json']).stdout);
      assert.equal((JSON.parse(readFileSync(baseline(), 'utf8')) as DoctorReport).format, 'hearth-doctor');
    });

    it('exits with 0 while nothing is worse than in the baseline', () => {
      const { code, stdout } = hub.cli(['doctor', TINY_GPT_OSS, '--baseline', baseline()]);
      assert.equal(code, 0);
      assert.match(stdout, /\nSince the baseline\n/);
      assert.doesNotMatch(stdout, /worse:/);
    });

    it('exits with 1 when something is, and says what', async () => {
      await client.request(UpdateSettings, { load: { ...TEST_LOAD, flashAttention: false } });
      const { code, stdout } = hub.cli(['doctor', TINY_GPT_OSS, '--baseline', baseline()]);
      assert.equal(code, 1);
      assert.match(stdout, /worse: Flash attention is off: warning, was fine\./);
      const worsened = join(folder, 'worsened.json');
      writeFileSync(worsened, JSON.stringify(await diagnose(TINY_GPT_OSS)));
      await client.request(UpdateSettings, { load: TEST_LOAD });
      const better = hub.cli(['doctor', TINY_GPT_OSS, '--baseline', worsened]);
      assert.equal(better.code, 0);
      assert.match(better.stdout, /better: Flash attention is off: fine, was warning\./);
    });

    it('says what is wrong with a baseline', () => {
      const check = (text: string, message: RegExp): void => {
        const path = join(folder, 'other.json');
        writeFileSync(path, text);
        const { code, stderr } = hub.cli(['doctor', '--baseline', path]);
        assert.equal(code, 1);
        assert.match(stderr, message);
      };
      const text = readFileSync(baseline(), 'utf8');
      check(text.slice(0, 200), /is not valid JSON/);
      check(text.replace('"version":1', '"version":7'), /saved by a newer Hearth \(format 7/);
    });
  });
});
