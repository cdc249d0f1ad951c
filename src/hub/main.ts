/** The hub process: builds the parts, wires them, tells whoever started it, and ends when nobody needs it. */
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ConversationEvent, ConversationSummary } from '../shared/protocol/conversations';
import { errorInfo } from '../shared/protocol/errors';
import type { HubStartMessage } from '../shared/protocol/hub-record';
import { HubStopping, PROTOCOL_VERSION } from '../shared/protocol/system';
import { Emitter } from '../shared/util/emitter';
import { VERSION } from '../shared/version';
import { Conversations } from './conversations/conversations';
import { ConversationStore } from './conversations/conversation-store';
import { Doctor } from './doctor/doctor';
import { AnswerRunner } from './engines/answer-runner';
import { DryRunner } from './engines/dry-runner';
import { GenerateRun } from './engines/generate-run';
import { LoadModelCommand } from './engines/load-model';
import { LoadPlanner } from './engines/load-planner';
import { MachineReader } from './engines/machine-reader';
import { ModelHost } from './engines/model-host';
import { readRam } from './engines/process-memory';
import { HardwareMonitor } from './hardware/hardware-monitor';
import { hardwareLook } from './hardware/look-at-hardware';
import { readNvidiaDriver } from './hardware/nvidia-smi';
import { HandOver } from './lifetime/hand-over';
import { homeHash, runtimeFolder, takeHubLock } from './lifetime/hub-lock';
import { endOrphans, HubRecordFile } from './lifetime/hub-record-file';
import { IdleUnload } from './lifetime/idle-unload';
import { KeepAlive } from './lifetime/keep-alive';
import { pruneRuntimes } from './lifetime/prune-runtimes';
import { BundledModels } from './models/bundled-models';
import { ModelRegistry } from './models/model-registry';
import { PlanModelCommand } from './models/plan-model';
import { serveSession } from './rpc/hub-session';
import { RpcServer } from './rpc/rpc-server';
import { Scheduler } from './scheduler/scheduler';
import { StatePublisher } from './state/state-publisher';
import { makePrivateFolder, removeTemporaryFiles } from './storage/atomic-file';
import { hearthPaths } from './storage/hearth-paths';
import { MeasuredRunsFile } from './storage/measured-runs-file';
import { SettingsStore } from './storage/settings-store';

const log = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

async function main(): Promise<void> {
  const home = await openHome();
  if (!(await takeHubLock(home))) {
    tellStarter({ type: 'exists' });
    return;
  }
  const paths = hearthPaths(home);
  for (const folder of [paths.home, paths.conversations, paths.logs, paths.models])
    await makePrivateFolder(folder);
  for (const folder of [paths.home, paths.conversations]) await removeTemporaryFiles(folder);
  const loadedBefore = await endOrphans(paths.record);
  const socket =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\hearth-${randomBytes(16).toString('hex')}`
      : join(runtimeFolder(), `${homeHash(home)}.sock`);
  const runtime = runtimeName(paths.runtimes);
  const record = new HubRecordFile(paths.record, socket, VERSION, loadedBefore, runtime);

  const settings = await SettingsStore.open(paths, log);
  const bundled = new BundledModels(__dirname, paths.runtimes);
  await settings.update(bundled.inSettings(settings.current));
  const registry = new ModelRegistry(settings, bundled.folder, paths.models, log);
  const workerFile = join(__dirname, 'worker.mjs');
  const measured = await MeasuredRunsFile.open(paths, log);
  const dryRuns = new DryRunner(workerFile, paths.logs);
  const host = new ModelHost({
    workerFile,
    logFolder: paths.logs,
    settings,
    planner: new LoadPlanner(readRam, log, dryRuns),
    measured,
    readDriver: readNvidiaDriver,
    log,
    onWorkers: (pids, models) => {
      record.setWorkers(pids, models).catch((error: unknown) => log(errorInfo(error).message));
    },
  });
  const scheduler = new Scheduler(() => {
    state.touch();
    handOver.look();
  });
  const runner = new AnswerRunner(scheduler, host);
  const keepAlive = new KeepAlive(
    () => settings.current.keepAliveMinutes,
    () => {
      // Whoever comes now starts the next hub; what this one takes in would be lost on its way out.
      server.leave();
      void stop('nobody has needed it for a while');
    },
    () => state.touch(),
  );
  const state: StatePublisher = new StatePublisher(() => ({
    models: host.snapshot((path) => earliest(idleUnload.unloadsAt(path), keepAlive.endsAt)),
    queue: scheduler.entries,
    settings: settings.current,
  }));
  const idleUnload = new IdleUnload({
    settings: () => settings.current,
    idle: () => host.idle(),
    resident: () => host.resident(),
    unload: (path) => {
      log(`unloading ${path}: nobody has used it for a while`);
      void host.unload(path);
    },
    hold: () => keepAlive.hold(),
  });
  const handOver: HandOver = new HandOver(
    () => scheduler.entries.length === 0 && host.isSettled,
    () => void makeWay(),
  );
  host.onDidChange(() => {
    idleUnload.update();
    state.touch();
    handOver.look();
  });
  settings.onDidChange(() => {
    keepAlive.start();
    idleUnload.update();
    state.touch();
  });
  const events = new Emitter<{ conversationId: string; sequence: number; event: ConversationEvent }>();
  const lists = new Emitter<ConversationSummary[]>();
  const conversations = new Conversations({
    store: new ConversationStore(paths, log),
    settings,
    registry,
    runner,
    log,
    emit: (conversationId, sequence, event) => events.fire({ conversationId, sequence, event }),
    onListChange: (summaries) => lists.fire(summaries),
    hold: () => {
      const held = [keepAlive.hold(), handOver.work()];
      return { dispose: () => held.forEach((hold) => hold.dispose()) };
    },
  });

  const machine = new MachineReader(workerFile, paths.logs);
  const hardware = new HardwareMonitor({
    look: hardwareLook({
      models: () => host.snapshot(() => undefined),
      workers: () => host.workers(),
      refresh: () => host.refreshMemory(),
      machine: () => machine.read(settings.current.load.gpu),
    }),
    onError: (error) => log(`looking at the hardware: ${errorInfo(error).message}`),
  });
  const loadModel = new LoadModelCommand(settings, registry, scheduler, host);
  const planModel = new PlanModelCommand({
    readMachine: async (isFresh) => ({
      facts: isFresh
        ? await machine.readNow(settings.current.load.gpu)
        : await machine.read(settings.current.load.gpu),
      ram: readRam(),
      claims: await host.claims(),
    }),
    measured,
    readDriver: readNvidiaDriver,
    dryRuns,
    log,
  });
  const server = new RpcServer(
    record.token,
    { protocol: PROTOCOL_VERSION, version: VERSION, pid: process.pid },
    {
      request: () => handOver.request(),
      command: () => handOver.work(),
      handOver: (version) => {
        log(`Hearth ${version} asks to take over`);
        handOver.ask();
      },
    },
    (session) =>
      serveSession(session, {
        settings,
        registry,
        bundled,
        host,
        loadModel,
        machine,
        hardware,
        planModel,
        doctor: new Doctor(settings, registry, host, () => machine.read(settings.current.load.gpu)),
        generate: new GenerateRun(settings, registry, runner),
        conversations,
        onConversationEvent: events.event,
        onConversationList: lists.event,
        state,
        scheduler,
        keepAlive,
        stop: () => stopForGood('it was asked to'),
      }),
  );
  let stopping: Promise<void> | undefined;
  function stop(reason: string): Promise<void> {
    stopping ??= (async () => {
      log(`stopping: ${reason}`);
      try {
        await conversations.stopAll();
        await host.unloadAll();
        await measured.flush();
        await record.remove();
      } finally {
        exit();
      }
    })();
    return stopping;
  }
  /** Like a crash without losses: the record stays, the windows start the hub that follows. */
  function makeWay(): Promise<void> {
    stopping ??= (async () => {
      log('making way for a newer Hearth');
      try {
        server.leave();
        await record.leave();
        await host.unloadAll();
        await measured.flush();
      } finally {
        exit();
      }
    })();
    return stopping;
  }
  function exit(): void {
    // What was said last must be out before the sockets close.
    setTimeout(() => {
      server.dispose();
      process.exit(0);
    }, 50);
  }
  function stopForGood(reason: string): Promise<void> {
    server.broadcast(HubStopping, null);
    return stop(reason);
  }
  process.on('SIGTERM', () => void stopForGood('SIGTERM'));
  process.on('SIGINT', () => void stopForGood('SIGINT'));

  // In this order: a crashed hub's record names the same socket, and its token would be refused there.
  await record.write();
  await server.listen(socket);
  record.watch(() => void stop('its record was removed'));
  keepAlive.start();
  log(`hub ${VERSION} serves ${home} as process ${process.pid}`);
  tellStarter({ type: 'ready' });
  pruneRuntimes(paths.runtimes, runtime).then(
    (deleted) => deleted.forEach((name) => log(`deleted the runtime ${name}`)),
    (error: unknown) => log(`a runtime could not be deleted: ${errorInfo(error).message}`),
  );
  for (const path of loadedBefore.map((before) => bundled.current(before))) {
    log(`loading ${path} again: it was in memory when the last hub ended`);
    loadModel.load(path).catch((error: unknown) => log(errorInfo(error).message));
  }
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The home by its one true name: whoever comes by a link means the same lock. */
async function openHome(): Promise<string> {
  const own = process.env['HEARTH_HOME'];
  const home = own !== undefined && own !== '' ? resolve(own) : join(homedir(), '.hearth');
  await makePrivateFolder(home);
  return realpathSync(home);
}

/** The runtime of this home that this process runs from; undefined where it was built. */
function runtimeName(runtimes: string): string | undefined {
  const folder = dirname(__dirname);
  return dirname(folder) === runtimes ? basename(folder) : undefined;
}

/** The process that started this one waits on the IPC channel; a hub that was started by hand has none. */
function tellStarter(message: HubStartMessage): void {
  process.send?.(message, () => {
    if (process.connected) process.disconnect();
    if (message.type !== 'ready') process.exit(message.type === 'exists' ? 0 : 1);
  });
  if (process.send === undefined && message.type !== 'ready') process.exit(1);
}

process.on('uncaughtException', (error) => log(`uncaught: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (reason) =>
  log(`unhandled: ${reason instanceof Error ? (reason.stack ?? '') : String(reason)}`),
);
void main().catch((error: unknown) => {
  const { message, advice } = errorInfo(error);
  log(`could not start: ${message}`);
  tellStarter({ type: 'failed', message, advice });
});
