/** How far a plan may be from what a load took, and which rows of the bench are farther. Pure. */
import { figure } from './tables';

/** A load, with what was planned of it. Bytes. */
export interface PlannedRow {
  model: string;
  settings: string;
  /** Weights, KV cache and compute buffers, which the engine reports. */
  plannedBytes: number;
  reportedBytes: number;
  /** The same as the engine's dry run says; undefined where it was not asked. */
  simulatedBytes: number | undefined;
  /** The whole process, with batches as large as they were. */
  plannedRamBytes: number;
  /** What the system counts of it; undefined where that is not looked at. */
  anonymousBytes: number | undefined;
}

const SHARE = 0.02;
/** The dry run is the engine itself: only each part of the weights is rounded. */
const ROUNDED_BYTES = 2 ** 10;
/** Of a model of a few megabytes only the buffers' fixed parts are left. */
const FIXED_BYTES = 2 ** 19;
/** What Node and the tokenizer take differs from run to run. */
const PROCESS_BYTES = 50e6;

/** A line for each figure that is too far away, with what it is and by how much; none where all is well. */
export function outsideTolerance(row: PlannedRow): string[] {
  const { model, settings, plannedBytes, reportedBytes, simulatedBytes, plannedRamBytes, anonymousBytes } =
    row;
  const compared: [string, number | undefined, number | undefined, number][] = [
    ['buffers', plannedBytes, reportedBytes, SHARE * reportedBytes + FIXED_BYTES],
    ['buffers in a dry run', simulatedBytes, reportedBytes, ROUNDED_BYTES],
    ['process', plannedRamBytes, anonymousBytes, SHARE * (anonymousBytes ?? 0) + PROCESS_BYTES],
  ];
  return compared.flatMap(([what, planned, taken, most]) => {
    if (planned === undefined || taken === undefined || Math.abs(planned - taken) <= most) return [];
    return [`${model}, ${settings}: ${what} ${mebibytes(taken)} MiB, planned ${mebibytes(planned)} MiB`];
  });
}

function mebibytes(bytes: number): string {
  return figure(bytes / 2 ** 20, 1);
}
