/** A machine's GPUs as llama.cpp and the system's tools see them, in a plan's terms. Pure. */
import type { PlanMachine } from '../shared/protocol/plan';
import type { MachineFacts } from '../shared/protocol/worker';

/** The engine knows only the sum of several GPUs: where no tool tells them apart, each is taken for an equal share. */
export function gpusAsRead(facts: MachineFacts): Pick<PlanMachine, 'gpus' | 'areGpusAssumed'> {
  const { gpu, deviceNames, gpus, vramTotalBytes, vramUsedBytes = 0 } = facts;
  if (gpu === 'cpu' || vramTotalBytes === 0) return { gpus: [] };
  const names = deviceNames.length === 0 ? ['GPU'] : deviceNames;
  const equal = { totalBytes: vramTotalBytes / names.length, usedBytes: vramUsedBytes / names.length };
  return {
    gpus: names.map((name, index) => {
      const { totalBytes, usedBytes } = gpus?.[index] ?? equal;
      return { name, vramBytes: totalBytes, usedBytes };
    }),
    ...(names.length > 1 && gpus === undefined && { areGpusAssumed: true }),
  };
}
