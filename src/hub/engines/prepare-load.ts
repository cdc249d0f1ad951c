/** Before a load: what there is, who must go for it, and whether it can fit at all. One load after the other. */
import type { LoadSettings } from '../../shared/protocol/settings';
import { modelName } from '../models/model-file';
import { checkRam } from './check-ram';
import { forecast } from './load-forecast';
import type { LoadPlanner, LoadProspect } from './load-planner';
import { noRoom, roomFor, type RoomCandidate } from './make-room';
import type { MemoryClaim } from './memory-claims';
import { readMachine } from './read-machine';
import { memoryClaim, type Resident } from './resident';
import type { WorkerProcess } from './worker-process';

interface Deps {
  planner: LoadPlanner;
  /** The models in memory or on their way there, by path. */
  residents: ReadonlyMap<string, Resident>;
  isPinned: (path: string) => boolean;
  /** Whether others are unloaded without being asked. */
  makesRoomByItself: () => boolean;
  /** Resolves when their memory is free. */
  unload: (victims: readonly Resident[]) => Promise<void>;
}

export class LoadPreparation {
  /** Two plans at once would count on the same memory. */
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly deps: Deps) {}

  /**
   * Plans the load, and unloads others for it where that is wanted.
   * @throws HearthError `no-room` or `out-of-memory` when it cannot fit
   */
  run(resident: Resident, worker: WorkerProcess, settings: LoadSettings): Promise<void> {
    const mine = this.last.then(() => this.prepare(resident, worker, settings));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async prepare(resident: Resident, worker: WorkerProcess, settings: LoadSettings): Promise<void> {
    const { path } = resident;
    const { planner, residents, makesRoomByItself, unload } = this.deps;
    const look = async (): Promise<LoadProspect | undefined> => {
      const claims = await Promise.all(this.others(resident).map(memoryClaim));
      return planner.prospect(path, settings, claims, () => readMachine(worker, settings.gpu));
    };
    resident.prospect = await look();
    if (resident.prospect === undefined) return;
    const room = roomFor(resident.prospect, this.candidates(resident.prospect.machine.claims));
    if (room.kind !== 'enough') {
      const mayUnload = resident.makesRoom || makesRoomByItself();
      if (room.kind === 'blocked' || !mayUnload) throw noRoom(modelName(path), room);
      await unload(room.models.flatMap((model) => residents.get(model.path) ?? []));
      resident.prospect = (await look()) ?? resident.prospect;
    }
    checkRam(modelName(path), resident.prospect);
    resident.planned = forecast(resident.prospect);
  }

  private others(resident: Resident): Resident[] {
    return [...this.deps.residents.values()].filter(
      (other) => other !== resident && other.status.kind !== 'failed',
    );
  }

  private candidates(claims: readonly MemoryClaim[]): RoomCandidate[] {
    return claims.flatMap((claim) => {
      const resident = this.deps.residents.get(claim.path);
      if (resident === undefined) return [];
      const { path, usedAt, isInUse } = resident;
      return { ...claim, name: modelName(path), usedAt, isPinned: this.deps.isPinned(path), isBusy: isInUse };
    });
  }
}
