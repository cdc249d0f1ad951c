/** One model in memory, or on its way there, and how clients see it. */
import type {
  GgufFacts,
  ModelActivity,
  ModelRestart,
  ModelStatus,
  PlannedUse,
  ResidentModel,
  TakenUse,
} from '../../shared/protocol/models';
import type { LoraAdapter, ModelKeep } from '../../shared/protocol/settings';
import type { LoadedFacts, MemoryUse } from '../../shared/protocol/worker';
import { modelName } from '../models/model-file';
import type { LoadProspect } from './load-planner';
import type { RunKey } from './measured-runs';
import type { MemoryClaim } from './memory-claims';
import { anonymousBytes } from './process-memory';
import type { WorkerProcess } from './worker-process';

/** `chat` jobs hold a sequence of the main context; `small` ones share the small context. */
export type Lane = 'chat' | 'small';

export class Resident {
  status: ModelStatus = { kind: 'loading', progress: { phase: 'starting', fraction: 0 } };
  worker: WorkerProcess | undefined;
  file: GgufFacts | undefined;
  loaded: LoadedFacts | undefined;
  memory: MemoryUse | undefined;
  /** What was known before the load. */
  prospect: LoadProspect | undefined;
  /** Under which what it took is kept, once it is loaded. */
  runKey: RunKey | undefined;
  planned: PlannedUse | undefined;
  taken: TakenUse | undefined;
  /** The worker is being asked for `memory`. */
  isMemoryRead = false;
  lastTokensPerSecond: number | undefined;
  lastContextTokens: number | undefined;
  /** Epoch ms. */
  loadedAt: number | undefined;
  /** The same by the clock that never jumps; ms. */
  upSince: number | undefined;
  /** Set when its process died. */
  death: ModelRestart | undefined;
  /** Since when nobody uses it, by the clock that never jumps and by the one on the wall; ms. */
  idleSince: { steady: number; epoch: number } | undefined;
  failedAt = 0;
  usedAt = 0;
  readonly running: Record<Lane, number> = { chat: 0, small: 0 };
  readonly activities = new Map<string, ModelActivity>();
  readonly loading = new AbortController();

  constructor(
    readonly path: string,
    readonly loras: LoraAdapter[],
    readonly settingsKey: string,
    /** Why it had to be loaded again, if it was. */
    readonly restart: ModelRestart | undefined,
    /** Others may be unloaded for it, whatever the setting says. */
    readonly makesRoom = false,
  ) {}

  get busy(): boolean {
    return this.running.chat + this.running.small > 0;
  }

  /** It is used or being loaded, so that it cannot make room for another. */
  get isInUse(): boolean {
    return this.busy || this.status.kind === 'loading';
  }

  take(lane: Lane): void {
    this.running[lane] += 1;
    this.idleSince = undefined;
  }

  release(lane: Lane): void {
    this.running[lane] -= 1;
    if (!this.busy) this.becomeIdle();
  }

  becomeIdle(): void {
    this.idleSince = { steady: performance.now(), epoch: Date.now() };
  }
}

/** What it holds at this moment; while it is being loaded, what it is planned to take. */
export async function memoryClaim({ path, planned, taken, worker }: Resident): Promise<MemoryClaim> {
  const anonymous = (await anonymousBytes(worker?.pid)) ?? 0;
  return {
    path,
    vramBytes: taken?.vramBytes ?? planned?.totalVramBytes ?? 0,
    ramBytes: Math.max(anonymous, taken?.ramBytes ?? planned?.totalRamBytes ?? 0),
    anonymousBytes: anonymous,
  };
}

/** @param unloadAt epoch ms, if it is known when it will be unloaded */
export function describeResident(
  resident: Resident,
  keep: ModelKeep | undefined,
  unloadAt: number | undefined,
): ResidentModel {
  const { file, loaded, memory, planned, taken, lastTokensPerSecond, lastContextTokens, loadedAt, restart } =
    resident;
  return {
    path: resident.path,
    name: modelName(resident.path),
    status: resident.status,
    activity: busiest([...resident.activities.values()]),
    loras: resident.loras,
    ...(file && { file }),
    ...(loaded && { loaded }),
    ...(memory && { memory }),
    ...(planned && { planned }),
    ...(taken && { taken }),
    ...(lastTokensPerSecond !== undefined && { lastTokensPerSecond }),
    ...(lastContextTokens !== undefined && { lastContextTokens }),
    ...(keep !== undefined && { keep }),
    ...(unloadAt !== undefined && { unloadAt }),
    ...(loadedAt !== undefined && { loadedAt }),
    ...(restart && { restart }),
  };
}

/** Several answers at once: their speeds add up; reading a prompt shows only while nothing is being said. */
function busiest(activities: ModelActivity[]): ModelActivity {
  const speeds = activities.flatMap((activity) =>
    activity.kind === 'decode' ? [activity.tokensPerSecond] : [],
  );
  if (speeds.length > 0)
    return { kind: 'decode', tokensPerSecond: speeds.reduce((sum, speed) => sum + speed, 0) };
  return activities[0] ?? { kind: 'idle' };
}
