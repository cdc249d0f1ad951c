/** One worker as the hub sees it: typed requests while it lives, and a reason in words when it does not. */
import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, statSync, type WriteStream } from 'node:fs';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { errorInfo, HearthError, isErrorInfo, type ErrorInfo } from '../../shared/protocol/errors';
import {
  WorkerDryRun,
  WorkerGenerate,
  WorkerLoad,
  WorkerLoadProgress,
  WorkerMachine,
  WorkerMemory,
  WorkerPackets,
  type AnswerPacket,
  type DryRun,
  type DryRunParams,
  type LoadedFacts,
  type LoadProgress,
  type MachineFacts,
  type MemoryUse,
  type WorkerGenerateParams,
  type WorkerGenerateResult,
  type WorkerLoadParams,
} from '../../shared/protocol/worker';
import type { GpuChoice } from '../../shared/protocol/settings';
import type { Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import { RecentKills } from './recent-kills';
import { postMortem } from './post-mortem';

const KEPT_LINES = 60;
const MOST_LOG_BYTES = 5_000_000;
/** How long a worker is waited for; ms. */
export interface WorkerLimits {
  /** For what it says of the machine: starting llama.cpp and a sleeping driver takes seconds, one that hangs for ever. */
  machineMs: number;
  /** After a cancel; one that has not stopped by then is ended. */
  cancelMs: number;
  /** For its end: a killed process that holds tens of gigabytes takes seconds to give them back. */
  endMs: number;
}

const LIMITS: WorkerLimits = { machineMs: 60_000, cancelMs: 15_000, endMs: 30_000 };

export interface WorkerLaunch {
  workerFile: string;
  logFile: string;
  /** The model's name, for sentences. */
  name: string;
  /** Tests have less patience. */
  limits?: Partial<WorkerLimits> | undefined;
}

export class WorkerProcess implements Disposable {
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly log: WriteStream;
  private readonly lastLines: string[] = [];
  private readonly packetHandlers = new Map<string, (packets: AnswerPacket[]) => void>();
  private readonly ended = new Emitter<HearthError>();
  /** Fires once, with the reason, when the process ends by itself; not after `stop`. */
  readonly onEnd = this.ended.event;
  /** Rejects the requests that are under way. */
  private readonly pending = new Set<(reason: HearthError) => void>();
  private readonly limits: WorkerLimits;
  private endReason: HearthError | undefined;
  private isLoaded = false;
  private readonly kills = new RecentKills();
  private onLoadProgress: (progress: LoadProgress) => void = () => undefined;

  constructor(private readonly launch: WorkerLaunch) {
    this.limits = { ...LIMITS, ...launch.limits };
    this.log = createWriteStream(launch.logFile, { flags: logFlags(launch.logFile), mode: 0o600 });
    // The log is a convenience: a full disk must not end the hub.
    this.log.on('error', () => undefined);
    this.child = fork(launch.workerFile, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.log.write(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.keepLines(chunk));
    this.child.once('error', (error) => this.end(this.startFailed(error)));
    this.child.once('close', (code, signal) => this.end(this.autopsy(code, signal)));
    this.connection = createMessageConnection(
      new IPCMessageReader(this.child),
      new IPCMessageWriter(this.child),
    );
    this.connection.onError(() => undefined); // The exit that follows has the reason.
    this.connection.onNotification(WorkerLoadProgress, (progress) => this.onLoadProgress(progress));
    this.connection.onNotification(WorkerPackets, ({ jobId, packets }) =>
      this.packetHandlers.get(jobId)?.(packets),
    );
    this.connection.listen();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async load(params: WorkerLoadParams, onProgress: (progress: LoadProgress) => void): Promise<LoadedFacts> {
    this.onLoadProgress = onProgress;
    const facts = await this.request(WorkerLoad, params, new AbortController().signal);
    this.isLoaded = true;
    return facts;
  }

  async generate(
    params: WorkerGenerateParams,
    signal: AbortSignal,
    onPackets: (packets: AnswerPacket[]) => void,
  ): Promise<WorkerGenerateResult> {
    this.packetHandlers.set(params.jobId, onPackets);
    try {
      return await this.request(WorkerGenerate, params, signal);
    } finally {
      this.packetHandlers.delete(params.jobId);
    }
  }

  /** @throws HearthError when the device cannot be used, or its driver does not answer */
  machine(gpu: GpuChoice): Promise<MachineFacts> {
    return this.soon(WorkerMachine, { gpu });
  }

  /** @throws HearthError when the engine cannot build it so, or its driver does not answer */
  dryRun(params: DryRunParams): Promise<DryRun> {
    return this.soon(WorkerDryRun, params);
  }

  memory(): Promise<MemoryUse> {
    return this.request(WorkerMemory, null, new AbortController().signal);
  }

  /**
   * Ends the process; its memory is free when this resolves. One that hangs in the driver of a GPU does not even end
   * when it is killed: it is waited for no longer than a while, so that everything else goes on.
   */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.log.write(`process ${this.pid ?? 0} does not end, and may still hold memory\n`);
        resolve();
      }, this.limits.endMs);
      this.child.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.dispose();
    await ended;
  }

  dispose(): void {
    this.ended.dispose();
    this.settle(
      new HearthError(
        'worker-ended',
        `${this.launch.name} was unloaded. What it had said is kept.`,
        'The next message loads it again.',
      ),
    );
    this.child.kill('SIGKILL');
  }

  /** An answer that is given up when the driver seems to hang. */
  private async soon<P, R>(type: RequestType<P, R, ErrorInfo>, params: P): Promise<R> {
    const { machineMs } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(driverHangs(machineMs)), machineMs);
    });
    try {
      return await Promise.race([this.request(type, params, new AbortController().signal), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private request<P, R>(type: RequestType<P, R, ErrorInfo>, params: P, signal: AbortSignal): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.endReason !== undefined) {
        reject(this.endReason);
        return;
      }
      const cancellation = new CancellationTokenSource();
      let timer: NodeJS.Timeout | undefined;
      const onAbort = () => {
        cancellation.cancel();
        timer = setTimeout(() => {
          this.end(this.unresponsive());
          this.child.kill('SIGKILL');
        }, this.limits.cancelMs);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.pending.delete(fail);
      };
      const fail = (reason: HearthError) => {
        done();
        reject(reason);
      };
      this.pending.add(fail);
      this.connection.sendRequest<R>(type.method, params, cancellation.token).then(
        (result) => {
          done();
          resolve(result);
        },
        (error: unknown) => {
          if (error instanceof ResponseError && isErrorInfo(error.data)) fail(HearthError.from(error.data));
          // A broken channel is the first sign of a death whose reason comes a moment later, with `close`.
          else if (this.child.connected) fail(HearthError.from(errorInfo(error)));
        },
      );
    });
  }

  private keepLines(chunk: Buffer): void {
    this.log.write(chunk);
    this.lastLines.push(
      ...chunk
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
    this.lastLines.splice(0, Math.max(0, this.lastLines.length - KEPT_LINES));
  }

  private autopsy(code: number | null, signal: NodeJS.Signals | null): HearthError {
    return postMortem({
      name: this.launch.name,
      code,
      signal,
      whileLoading: !this.isLoaded,
      outOfMemoryKills: this.kills.count(),
      lines: this.lastLines,
    });
  }

  private startFailed(error: Error): HearthError {
    return new HearthError(
      'worker-ended',
      `The process that runs ${this.launch.name} could not be started: ${error.message}.`,
      'The log has the details. Reinstalling Hearth restores files that are missing.',
    );
  }

  private unresponsive(): HearthError {
    return new HearthError(
      'worker-unresponsive',
      `${this.launch.name} did not stop within ${this.limits.cancelMs / 1_000} s when it was asked to, so its process was ended. What the model had said is kept.`,
      'The model comes back by itself.',
      this.lastLines.join('\n'),
    );
  }

  private end(error: HearthError): void {
    this.kills.dispose();
    this.log.end(`worker ended: ${(this.endReason ?? error).message}\n`);
    if (!this.settle(error)) return;
    this.ended.fire(error);
    this.ended.dispose();
  }

  /** The first reason counts; everybody who waits for an answer gets it. */
  private settle(reason: HearthError): boolean {
    if (this.endReason !== undefined) return false;
    this.endReason = reason;
    for (const fail of [...this.pending]) fail(reason);
    return true;
  }
}

function driverHangs(ms: number): HearthError {
  return new HearthError(
    'worker-unresponsive',
    `The look at this machine took longer than ${ms / 1_000} s and was given up: the driver of the GPU seems to hang.`,
    'Hearth goes on without it. If models do not load either, restart the machine.',
  );
}

/** The log of a model goes on over its processes, until it is long. */
function logFlags(path: string): 'a' | 'w' {
  return existsSync(path) && statSync(path).size > MOST_LOG_BYTES ? 'w' : 'a';
}
