/** What a load took, beside what was planned, and kept for the next plan. */
import { comparison } from '../../shared/util/planned-use';
import type { MeasuredRunsFile } from '../storage/measured-runs-file';
import { forecast, takenUse } from './load-forecast';
import { measuredUse, runKey } from './measured-runs';
import { anonymousBytes } from './process-memory';
import type { Resident } from './resident';

interface Deps {
  measured: MeasuredRunsFile;
  /** Version of the GPU's driver. */
  readDriver: () => Promise<string | undefined>;
  log: (line: string) => void;
}

/** At once by the engine's account; resolves when the system's is there too. */
export async function measureLoad(resident: Resident, { measured, readDriver, log }: Deps): Promise<void> {
  const { loaded, prospect, worker } = resident;
  if (loaded === undefined) return;
  resident.taken = takenUse(loaded, undefined);
  if (prospect !== undefined) {
    const key = runKey(prospect, loaded, loaded.gpu === 'cpu' ? undefined : await readDriver());
    const before = measured.find(key);
    const computed = forecast(prospect, loaded);
    resident.runKey = key;
    resident.planned = before === undefined ? computed : measuredUse(computed, before);
    log(`${resident.path}: ${comparison(resident.planned, resident.taken)}`);
  }
  const bytes = await anonymousBytes(worker?.pid);
  resident.taken = takenUse(loaded, bytes);
  const { weights, context } = loaded;
  const anonymous = bytes === undefined ? {} : { anonymousBytes: bytes };
  if (resident.runKey !== undefined)
    measured.add({ key: resident.runKey, at: Date.now(), weights, context, ...anonymous });
}
