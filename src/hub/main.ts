/** The hub process: builds the parts, wires them, tells whoever started it, and ends when nobody needs it. */
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ConversationEvent, ConversationSummary } from '../shared/protocol/conversations';
import { errorInfo } from '../shared/protocol/errors';
import type { HubStartMessage } from '../shared/protocol/hub-record';
import { HubStopping, PROTOCOL_VERSION } from '../shared/protocol/system';
import { Emitter } from '../shared/util/emitter';
import { VERSION } from '../shared/version';
import { Conversations } from './conversations/conversations';
import { ConversationStore } from './conversations/conversation-store';
import { AnswerRunner } from './engines/answer-runner';
import { GenerateRun } from './engines/generate-run';
import { LoadModelCommand } from './engines/load-model';
import { ModelHost } from './engines/model-host';
import { homeHash, runtimeFolder, takeHubLock } from './lifetime/hub-lock';
import { endOrphans, HubRecordFile } from './lifetime/hub-record-file';
import { KeepAlive } from './lifetime/keep-alive';
import { ModelRegistry } from './models/model-registry';
import { serveSession } from './rpc/hub-session';
import { RpcServer } from './rpc/rpc-server';
import { Scheduler } from './scheduler/scheduler';
import { StatePublisher } from './state/state-publisher';
import { makePrivateFolder, removeTemporaryFiles } from './storage/atomic-file';
import { hearthPaths } from './storage/hearth-paths';
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
  const record = new HubRecordFile(paths.record, socket, VERSION);

  const settings = await SettingsStore.open(paths, log);
  const registry = new ModelRegistry(settings, join(__dirname, 'models'), paths.models, log);
  const host = new ModelHost({
    workerFile: join(__dirname, 'worker.mjs'),
    logFolder: paths.logs,
    settings,
    log,
    onWorkers: (resident) => {
      record.setWorkers(resident).catch((error: unknown) => log(errorInfo(error).message));
    },
  });
  const scheduler = new Scheduler(() => state.touch());
  const runner = new AnswerRunner(scheduler, host);
  const keepAlive = new KeepAlive(
    () => settings.current.keepAliveMinutes,
    () => void stop('nobody has needed it for a while'),
    () => state.touch(),
  );
  const state: StatePublisher = new StatePublisher(() => ({
    models: host.snapshot(keepAlive.endsAt),
    queue: scheduler.entries,
    settings: settings.current,
  }));
  host.onDidChange(() => state.touch());
  settings.onDidChange(() => {
    keepAlive.start();
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
    hold: () => keepAlive.hold(),
  });

  const loadModel = new LoadModelCommand(settings, registry, scheduler, host);
  const server = new RpcServer(
    record.token,
    { protocol: PROTOCOL_VERSION, version: VERSION, pid: process.pid },
    (session) =>
      serveSession(session, {
        settings,
        registry,
        host,
        loadModel,
        generate: new GenerateRun(settings, registry, runner),
        conversations,
        onConversationEvent: events.event,
        onConversationList: lists.event,
        state,
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
        await record.remove();
      } finally {
        // The answer to whoever asked must be out before the socket closes.
        setTimeout(() => {
          server.dispose();
          process.exit(0);
        }, 50);
      }
    })();
    return stopping;
  }
  function stopForGood(reason: string): Promise<void> {
    server.broadcast(HubStopping, null);
    return stop(reason);
  }
  process.on('SIGTERM', () => void stopForGood('SIGTERM'));
  process.on('SIGINT', () => void stopForGood('SIGINT'));

  await server.listen(socket);
  await record.write();
  record.watch(() => void stop('its record was removed'));
  keepAlive.start();
  log(`hub ${VERSION} serves ${home} as process ${process.pid}`);
  tellStarter({ type: 'ready' });
  for (const path of loadedBefore) {
    log(`loading ${path} again: it was in memory when the last hub ended`);
    loadModel.load(path).catch((error: unknown) => log(errorInfo(error).message));
  }
}

/** The home by its one true name: whoever comes by a link means the same lock. */
async function openHome(): Promise<string> {
  const own = process.env['HEARTH_HOME'];
  const home = own !== undefined && own !== '' ? resolve(own) : join(homedir(), '.hearth');
  await makePrivateFolder(home);
  return realpathSync(home);
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
