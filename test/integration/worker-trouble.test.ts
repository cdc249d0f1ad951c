/** What a broken driver does to a worker: it dies of memory, it hangs, it does not even end when it is killed. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoadModelCommand } from '../../src/hub/engines/load-model';
import { MachineReader } from '../../src/hub/engines/machine-reader';
import { WorkerProcess } from '../../src/hub/engines/worker-process';
import { ModelRegistry } from '../../src/hub/models/model-registry';
import { CancelledInQueue, Scheduler } from '../../src/hub/scheduler/scheduler';
import { errorInfo } from '../../src/shared/protocol/errors';
import type { ModelStatus } from '../../src/shared/protocol/models';
import type { LoadedFacts, MemoryUse, WorkerGenerateParams } from '../../src/shared/protocol/worker';
import { ANSWER_MACHINE, writeFakeWorker, type Behaviour } from '../support/fake-worker';
import { isAlive, kill, TINY_GPT_OSS, TINY_LLAMA, until } from '../support/hub';
import { PretendedMachine } from '../support/pretended-machine';

const GIB = 2 ** 30;
const LOADED: LoadedFacts = {
  gpu: 'cpu',
  deviceNames: [],
  gpuLayers: 0,
  totalLayers: 1,
  contextSize: 2_048,
  trainContextSize: 2_048,
  sequences: 1,
  threads: 1,
  flashAttention: true,
  weights: { vramBytes: 0, ramBytes: 0 },
  context: { vramBytes: 0, ramBytes: 0 },
  promptFormat: 'template',
  loadMs: 1,
  warnings: [],
};
const MEMORY: MemoryUse = {
  vramUsedBytes: 0,
  vramTotalBytes: 0,
  ramUsedBytes: 0,
  ramTotalBytes: 8 * GIB,
  evaluatedTokens: 0,
};

describe('a worker in trouble', () => {
  let folder: string;
  let machine: PretendedMachine | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-trouble-'));
  });
  afterEach(async () => {
    await machine?.dispose();
    machine = undefined;
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (name: string) => join(folder, name);

  function worker(behaviour: Behaviour): string {
    const file = at('worker.mjs');
    writeFakeWorker(file, behaviour);
    return file;
  }

  /** Resolves with the first status of the tiny model that passes. */
  function statusOf(
    { host }: PretendedMachine,
    test: (status: ModelStatus) => boolean,
  ): Promise<ModelStatus> {
    return new Promise((resolve) => {
      const look = (): void => {
        const status = host.find(TINY_GPT_OSS)?.status;
        if (status === undefined || !test(status)) return;
        subscription.dispose();
        resolve(status);
      };
      const subscription = host.onDidChange(look);
      look();
    });
  }

  it('that dies of memory in mid-load says with what the model would fit, and is not started again', async () => {
    const file = worker({
      machine: ANSWER_MACHINE,
      load: "die('llama_init_from_model: failed to allocate buffer for kv cache: out of memory\\\\n');",
    });
    machine = await PretendedMachine.create(() => 8 * GIB, {}, { file });
    const { status } = await machine.load(TINY_GPT_OSS);
    assert.ok(status.kind === 'failed');
    assert.equal(status.error.code, 'out-of-memory');
    assert.match(status.error.message, /memory ran out while the KV cache was allocated/);
    assert.match(status.error.advice, /^It would fit with: KV cache in q8_0; .*Reload with Less/);
    assert.equal(status.retryAt, undefined);
  });

  it('in mid-load is ended when the load is cancelled in the queue', async () => {
    const file = worker({
      machine: ANSWER_MACHINE,
      load: "notify('worker/loadProgress', { phase: 'weights', fraction: 0.5 });",
    });
    machine = await PretendedMachine.create(() => 8 * GIB, {}, { file });
    const { host, settings } = machine;
    const registry = new ModelRegistry(settings, folder, folder, () => undefined);
    const scheduler = new Scheduler(() => undefined);
    host.onMayAdmit(() => scheduler.pump());
    const command = new LoadModelCommand(settings, registry, scheduler, host);
    const loading = command.load(TINY_GPT_OSS);
    const refused = assert.rejects(loading, CancelledInQueue);
    await statusOf(machine, (status) => status.kind === 'loading' && status.progress.phase === 'weights');
    const [entry] = scheduler.entries;
    const [process] = host.workers();
    assert.ok(entry !== undefined && process !== undefined);
    assert.ok(scheduler.cancel(entry.id));
    await refused;
    const ended = await statusOf(machine, ({ kind }) => kind === 'failed');
    assert.ok(ended.kind === 'failed');
    assert.match(ended.error.message, /^Loading tiny-gpt-oss was cancelled/);
    assert.deepEqual([scheduler.entries, host.workers(), isAlive(process.pid)], [[], [], false]);
  });

  it('that cannot say what the machine has holds up neither its load nor the next', async () => {
    const file = worker({
      load: `answer(${JSON.stringify(LOADED)});`,
      memory: `answer(${JSON.stringify(MEMORY)});`,
    });
    machine = await PretendedMachine.create(() => 8 * GIB, {}, { file, limits: { machineMs: 100 } });
    const { status, planned } = await machine.load(TINY_GPT_OSS);
    assert.deepEqual([status.kind, planned], ['ready', undefined]);
    assert.equal((await machine.load(TINY_LLAMA)).status.kind, 'ready');
    assert.match(machine.log.join('\n'), /no plan for .*longer than 0\.1 s.*driver of the GPU seems to hang/);
  });

  it('that is only to look at the machine is given up after a while, and not asked again at once', async () => {
    const reader = new MachineReader(worker({}), folder, { machineMs: 100 });
    await assert.rejects(reader.read('auto'), (error) => {
      const { code, message } = errorInfo(error);
      assert.equal(code, 'worker-unresponsive');
      assert.match(message, /longer than 0\.1 s and was given up: the driver of the GPU seems to hang/);
      return true;
    });
    assert.equal(reader.read('auto'), reader.read('auto'));
    await assert.rejects(reader.read('auto'), /given up/);
  });

  it('that does not stop decoding is ended, and says so', async () => {
    const hanging = new WorkerProcess({
      workerFile: worker({ machine: ANSWER_MACHINE }),
      logFile: at('worker.log'),
      name: 'tiny',
      limits: { cancelMs: 50 },
    });
    await hanging.machine('cpu');
    const stop = new AbortController();
    const answering = hanging.generate({} as WorkerGenerateParams, stop.signal, () => undefined);
    stop.abort();
    await assert.rejects(answering, (error) => errorInfo(error).code === 'worker-unresponsive');
    await until(() => !isAlive(hanging.pid!), 10_000, 'its process is gone');
  });

  it('that does not end when it is killed is waited for no longer than a while', async () => {
    // A child that outlives it and has its pipes looks to the hub as if it were still there.
    const holder = `
      const { pid } = require('node:child_process').spawn(
        process.execPath,
        ['-e', 'setInterval(() => undefined, 1e6)'],
        { stdio: ['ignore', 'inherit', 'inherit'], detached: true },
      );
      answer({ pid });`;
    const logFile = at('worker.log');
    const file = at('worker.cjs');
    writeFakeWorker(file, { machine: holder });
    const hanging = new WorkerProcess({ workerFile: file, logFile, name: 'tiny', limits: { endMs: 100 } });
    const { pid } = (await hanging.machine('cpu')) as unknown as { pid: number };
    try {
      await hanging.stop();
      const log = () => readFileSync(logFile, 'utf8');
      await until(() => /does not end, and may still hold memory/.test(log()), 10_000, 'the log says so');
    } finally {
      kill(pid);
      await until(() => !isAlive(pid), 10_000, 'the child is gone');
    }
  });
});
