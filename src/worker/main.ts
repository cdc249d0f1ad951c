/** The worker process: one model, spoken to over the IPC channel of the hub that forked it. */
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { errorInfo, HearthError, type ErrorInfo } from '../shared/protocol/errors';
import {
  WorkerDryRun,
  WorkerGenerate,
  WorkerLoad,
  WorkerLoadProgress,
  WorkerMachine,
  WorkerMemory,
  WorkerPackets,
} from '../shared/protocol/worker';
import { dryRun } from './llama/dry-run';
import { Engine } from './llama/engine';
import { readMachine } from './llama/machine';
import { NativeLog } from './llama/native-log';
import { PacketBatcher } from './packet-batcher';

function main(): void {
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const log = new NativeLog();
  let engine: Engine | undefined;
  const need = (): Engine => {
    if (engine !== undefined) return engine;
    throw new HearthError('no-model', 'The worker has no model yet.', 'Load one first.');
  };

  handle(connection, WorkerLoad, async (params, signal) => {
    const loaded = await Engine.load(params, log, signal, (progress) => {
      void connection.sendNotification(WorkerLoadProgress, progress);
    });
    engine = loaded.engine;
    return loaded.facts;
  });
  handle(connection, WorkerGenerate, async (params, signal) => {
    const batcher = new PacketBatcher((packets) => {
      void connection.sendNotification(WorkerPackets, { jobId: params.jobId, packets });
    });
    try {
      return await need().generate(params, signal, (packet) => batcher.add(packet));
    } finally {
      batcher.flush();
    }
  });
  handle(connection, WorkerMachine, ({ gpu }) => readMachine(gpu, log));
  handle(connection, WorkerDryRun, (params) => dryRun(params, log));
  handle(connection, WorkerMemory, () => need().memory());
  // A worker without a hub holds memory for nobody, and has nothing to save. Native code may hold up an
  // ordinary exit, so it does not ask.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  connection.listen();
}

/** Answers a request: errors cross the boundary classified, and a cancel aborts the signal. */
function handle<P, R>(
  connection: MessageConnection,
  type: RequestType<P, R, ErrorInfo>,
  handler: (params: P, signal: AbortSignal) => Promise<R>,
): void {
  connection.onRequest(type.method, async (params: P, token: CancellationToken) => {
    const controller = new AbortController();
    if (token.isCancellationRequested) controller.abort();
    const subscription = token.onCancellationRequested(() => controller.abort());
    try {
      return await handler(params, controller.signal);
    } catch (error) {
      const info = errorInfo(error);
      return new ResponseError(1, info.message, info);
    } finally {
      subscription.dispose();
    }
  });
}

main();
