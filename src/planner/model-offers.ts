/** The models that Hearth is made for, and whether a machine can hold them: what is said while only the demo is there. */
import type { Plan, PlanMachine } from '../shared/protocol/plan';
import type { ModelOffer } from '../shared/protocol/webview';
import type { MachineFacts } from '../shared/protocol/worker';
import { formatBytes } from '../shared/util/format';
import { knownShape } from './answer-plan';
import { unifiedAsRead } from './cards';
import { gpusAsRead } from './machine-as-read';
import { weightBytes, type ModelShape } from './model-shape';
import { planModel } from './plan';
import { DEFAULT_WISHES, USEFUL_CONTEXT } from './wishes';

const OFFERED = ['gpt-oss-20b', 'gpt-oss-120b'];
/** What the system, the editor and the desktop need for themselves. */
const KEPT_RAM_BYTES = 4 * 2 ** 30;
const KEPT_VRAM_BYTES = 2 ** 29;

/** As if nothing else were in memory; sizes alone while the machine is not known. */
export function modelOffers(machine: MachineFacts | undefined): ModelOffer[] {
  return OFFERED.flatMap((name) => {
    const shape = knownShape(name);
    if (shape === undefined) return [];
    const verdict = machine === undefined ? { verdict: '' } : judge(shape, machine);
    return [{ name, fileBytes: weightBytes(shape), ...verdict }];
  });
}

function judge(shape: ModelShape, machine: MachineFacts): Required<Pick<ModelOffer, 'fits' | 'verdict'>> {
  const plan = planModel(shape, idle(machine), { ...DEFAULT_WISHES, context: USEFUL_CONTEXT });
  const { vramTotalBytes, ramTotalBytes, unifiedBytes = 0 } = machine;
  const fits = fitOf(plan);
  switch (fits) {
    case 'gpu':
      return { fits, verdict: `fits into your GPU's ${formatBytes(vramTotalBytes)}` };
    case 'partly':
      return {
        fits,
        verdict: `fits with ${plan.gpuLayers} of ${plan.totalLayers} layers on the GPU, the rest in RAM`,
      };
    case 'ram':
      return { fits, verdict: 'fits into RAM, on the CPU: slow' };
    case 'no':
      return {
        fits,
        verdict: `too large for this machine's ${formatBytes(vramTotalBytes - unifiedBytes + ramTotalBytes)} of memory`,
      };
  }
}

function fitOf({ verdict, gpuLayers, totalLayers }: Plan): 'gpu' | 'partly' | 'ram' | 'no' {
  if (verdict === 'does-not-fit') return 'no';
  if (gpuLayers === 0) return 'ram';
  return gpuLayers === totalLayers ? 'gpu' : 'partly';
}

function idle(machine: MachineFacts): PlanMachine {
  return {
    gpus: gpusAsRead(machine).gpus.map((gpu) => ({ ...gpu, usedBytes: KEPT_VRAM_BYTES })),
    ramBytes: machine.ramTotalBytes,
    ramUsedBytes: KEPT_RAM_BYTES,
    ...unifiedAsRead(machine),
  };
}
