import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from '../../src/shared/protocol/figures';
import { isAlive, longText, TestHub, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';

interface ChatReport {
  text: string;
  reasoning: string;
  toolCalls: { name: string; argumentsJson: string }[];
  stopReason: string;
  model: string;
  figures: Figures;
}

describe('the hearth command', () => {
  let hub: TestHub;
  before(async () => {
    hub = TestHub.create();
    await hub.connect();
  });
  after(() => hub.dispose());

  const lastLine = (stdout: string): unknown => JSON.parse(stdout.trim().split('\n').at(-1)!);

  it('answers, streams the text to stdout and the figures to stderr', () => {
    const { code, stdout, stderr } = hub.cli(['chat', 'hello', '--seed', '1', '--max-tokens', '40']);
    assert.equal(code, 0);
    assert.ok(stdout.trim().length > 0);
    assert.match(stderr, /tok\/s · first token .* · 40 tokens/);
  });

  it('reports as JSON, the same for the same seed', () => {
    const args = ['chat', 'hello', '--seed', '5', '--max-tokens', '40', '--json', '--model', TINY_LLAMA];
    const first = lastLine(hub.cli(args).stdout) as ChatReport;
    const second = lastLine(hub.cli(args).stdout) as ChatReport;
    assert.equal(first.text, second.text);
    assert.equal(first.model, 'tiny-llama');
    assert.ok(['end', 'max-tokens'].includes(first.stopReason));
    assert.deepEqual(first.toolCalls, []);
    assert.ok(first.figures.ttftMs > 0 && first.figures.inputTokens > 0 && first.figures.outputTokens > 0);
    assert.ok(second.figures.reusedTokens > 0, 'the second one found the prompt in the KV cache');
  });

  it('takes effort, instructions, tools and temperature', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-cli-'));
    try {
      const tools = join(folder, 'tools.json');
      writeFileSync(
        tools,
        JSON.stringify([{ name: 'clock', description: longText(200), parameters: { type: 'object' } }]),
      );
      const ask = (...more: string[]) =>
        (
          lastLine(
            hub.cli(['chat', 'x', '--max-tokens', '5', '--json', '--model', TINY_GPT_OSS, ...more]).stdout,
          ) as ChatReport
        ).figures.inputTokens;
      const plain = ask('--effort', 'low');
      assert.equal(ask('--effort', 'high') - plain, 1, 'one letter more');
      assert.ok(ask('--effort', 'low', '--system', longText(150)) > plain + 150);
      assert.ok(ask('--effort', 'low', '--tools', tools) > plain + 200);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says what is wrong in a sentence, as an object too, and exits with 1', () => {
    for (const [args, message, code] of [
      [['chat', 'x', '--effort', 'huge'], /--effort is one of/, 'bad-request'],
      [['chat', 'x', '--temperature', 'warm'], /--temperature needs a number/, 'bad-request'],
      [['chat', 'x', '--nonsense'], /nonsense/, 'bad-request'],
      [['chat'], /nothing to ask/, 'bad-request'],
      [['dance'], /no command "dance"/, 'bad-request'],
      [['chat', 'x', '--model', '/nowhere.gguf'], /There is no file/, 'model-not-found'],
      [['chat', 'x', '--tools', '/nowhere.json'], /--tools cannot be read/, 'bad-request'],
      [['chat', longText(9_000)], /the context holds/, 'prompt-too-long'],
    ] as const) {
      const plain = hub.cli([...args]);
      assert.equal(plain.code, 1, args.join(' '));
      assert.match(plain.stderr, message);
      const { stdout } = hub.cli([...args, '--json']);
      const error = lastLine(stdout) as { code: string; message: string };
      assert.equal(error.code, code);
      assert.match(error.message, message);
    }
  });

  it('shows the status and stops everything', async () => {
    const status = lastLine(hub.cli(['status', '--json']).stdout) as {
      hub: { pid: number; version: string };
      models: { status: { kind: string } }[];
      queue: unknown[];
    };
    const { pid, workers } = await hub.record();
    assert.equal(status.hub.pid, pid);
    assert.ok(status.models.length >= 1 && Array.isArray(status.queue));
    assert.match(hub.cli(['status']).stdout, /tiny-gpt-oss: ready, CPU, context 8,192/);
    assert.equal(hub.cli(['stop']).code, 0);
    assert.ok(![pid, ...workers].some(isAlive));
    assert.match(hub.cli(['stop']).stdout, /was not running/);
    assert.equal((lastLine(hub.cli(['status', '--json']).stdout) as { hub: unknown }).hub, null);
  });
});

describe('the hearth command alone', () => {
  it('starts the hub, and says when its home cannot be written', function () {
    const home = mkdtempSync(join(tmpdir(), 'hearth-user-'));
    const hub = TestHub.create(join(home, 'state'));
    try {
      assert.equal(hub.cli(['chat', 'hi', '--max-tokens', '3', '--seed', '1']).code, 0);
      hub.cli(['stop']);
      if (process.getuid?.() !== 0) return;
      const { code, stderr } = TestHub.create(join(home, 'other')).cli(['chat', 'hi'], {
        uid: 65_534,
        env: { HOME: home },
      });
      assert.equal(code, 1);
      assert.match(stderr, /cannot write to its folder/);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
