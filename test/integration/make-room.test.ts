/** Several models on a machine that is too small for all of them: who goes, who never does, and who is asked. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import type { ResidentModel } from '../../src/shared/protocol/models';
import { TEST_LOAD, TINY_LLAMA } from '../support/hub';
import { PretendedMachine } from '../support/pretended-machine';
import { useTempFolder } from '../support/temp-folder';

describe('several models', function () {
  // Ten loads and more, each in a process of its own.
  this.timeout(120_000);
  const at = useTempFolder();
  let machine: PretendedMachine;
  let ram = Infinity;
  /** Bytes that the next model is planned with, and that one in memory holds. */
  let planned = 0;
  let held = 0;
  const path = (name: string) => at(`${name}.gguf`);

  beforeEach(async () => {
    for (const name of ['a', 'b', 'c']) copyFileSync(TINY_LLAMA, path(name));
    ram = 2 ** 40;
    machine = await PretendedMachine.create(() => ram, {
      load: { ...TEST_LOAD, contextSize: 4_096 },
      maxLoadedModels: 3,
    });
    for (const name of ['a', 'b']) ready(await machine.load(path(name)));
    const { planned: plan, taken } = await machine.measured(path('b'));
    planned = plan!.totalRamBytes;
    held = Math.max(taken!.ramBytes, taken!.anonymousBytes ?? 0);
  });
  afterEach(() => machine.dispose());

  it('that do not fit beside each other: the load names who would have to go, and unloads it when told to', async () => {
    ram = planned + 1.5 * held;
    const error = failed(await machine.load(path('c')));
    assert.equal(error.code, 'no-room');
    assert.match(
      error.message,
      /^c was not loaded: it needs \d+ MiB of RAM, .* beside a \(\d+ MiB of RAM\)\.$/,
    );
    assert.match(error.advice, /Unload a first/);
    assert.deepEqual(loaded(), ['a', 'b'], 'nothing was unloaded');
    ready(await machine.load(path('c'), true));
    assert.deepEqual(loaded(), ['b', 'c'], 'the least recently used one gave way');
  });

  it('give way by themselves where the setting says so, as many as it takes', async () => {
    await machine.settings.update({ makeRoom: 'auto' });
    ram = planned + 0.5 * held;
    ready(await machine.load(path('c')));
    assert.deepEqual(loaded(), ['c']);
  });

  it('never give way when they are pinned, or busy', async () => {
    await machine.settings.update({ makeRoom: 'auto', keep: { [path('a')]: 'pinned' } });
    ram = planned + 1.5 * held;
    ready(await machine.load(path('c')));
    assert.deepEqual(loaded(), ['a', 'c'], 'b was used later, but a is pinned');
    ram = planned + 0.5 * held;
    const pinned = failed(await machine.load(path('b')));
    assert.equal(pinned.code, 'model-pinned');
    assert.match(pinned.message, /a \(.*\) is pinned in memory/);
    await machine.settings.update({ keep: {} });
    const { host } = machine;
    const use = host.admit({ path: path('c'), loras: undefined, lane: 'chat', since: host.tick() });
    assert.equal(use.kind, 'admitted');
    const busy = failed(await machine.load(path('b')));
    assert.equal(busy.code, 'no-room');
    assert.match(busy.message, /c \(.*\) is busy in memory/);
    assert.deepEqual(loaded(), ['a', 'c']);
  });

  it('that are loaded at the same instant do not count on the same memory', async () => {
    await machine.host.unload(path('a'));
    await machine.host.unload(path('b'));
    ram = 1.5 * planned;
    const both = await Promise.all([machine.load(path('a')), machine.load(path('b'))]);
    const error = failed(both.find(({ status }) => status.kind === 'failed')!);
    assert.equal(error.code, 'no-room');
    assert.equal(loaded().length, 1);
  });

  it('that do not even fit alone are not tried, and the error says what would fit', async () => {
    ram = planned - 50_000;
    const error = failed(await machine.load(path('c'), true));
    assert.equal(error.code, 'out-of-memory');
    assert.match(error.message, /c was not loaded: it needs \d+ MiB of RAM, and \d+ [KM]iB are free/);
    assert.ok(machine.host.less(path('c')).every(({ changes }) => Object.keys(changes).length > 0));
    assert.deepEqual(loaded(), ['a', 'b']);
  });

  function loaded(): string[] {
    const models = machine.host.snapshot(() => undefined);
    return models.flatMap(({ name, status }) => (status.kind === 'ready' ? [name] : [])).sort();
  }
});

function ready(model: ResidentModel): void {
  assert.equal(model.status.kind, 'ready', JSON.stringify(model.status));
}

function failed({ status }: ResidentModel) {
  assert.equal(status.kind, 'failed');
  return status.error;
}
