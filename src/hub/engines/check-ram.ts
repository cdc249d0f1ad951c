/** llama.cpp takes RAM until the system ends it, so that what cannot fit is refused before. Pure. */
import { planModel } from '../../planner/plan';
import { HearthError, type ErrorInfo } from '../../shared/protocol/errors';
import type { LoadChoice } from '../../shared/protocol/models';
import { formatBytes } from '../../shared/util/format';
import { leastWishes, loadWishes, ramIsEnough } from './load-forecast';
import type { LoadProspect } from './load-planner';
import { lessPlans, lessText } from './less-plans';
import { machineBeside } from './memory-claims';

/** @throws HearthError `out-of-memory`, with what would fit */
export function checkRam(name: string, prospect: LoadProspect): void {
  const { shape, settings, machine } = prospect;
  const beside = machineBeside(machine, machine.claims);
  const plan = planModel(shape, beside, leastWishes(prospect));
  if (ramIsEnough(plan, settings)) return;
  const free = Math.max(0, beside.ramBytes - beside.ramUsedBytes);
  const paging =
    settings.useMmap === 'on'
      ? ''
      : ' Set to "on", "hearth.useMmap" lets it be larger than the RAM, but slow.';
  throw new HearthError(
    'out-of-memory',
    `${name} was not loaded: it needs ${formatBytes(plan.totalRamBytes)} of RAM, and ${formatBytes(free)} are free (computed).`,
    `${lessText(choices(prospect)) || 'Choose a smaller model, or a smaller quantization of this one.'}${paging}`,
  );
}

/** What a model could be loaded with instead. */
export function choices(prospect: LoadProspect): LoadChoice[] {
  const { shape, machine } = prospect;
  const beside = machineBeside(machine, machine.claims);
  return lessPlans(shape, beside, loadWishes(prospect, beside));
}

/** An error about memory says what would fit, where that is known. */
export function withWayOut(error: ErrorInfo, prospect: LoadProspect | undefined): ErrorInfo {
  if (error.code !== 'out-of-memory' || prospect === undefined) return error;
  const text = lessText(choices(prospect));
  return text === '' || error.advice.includes(text) ? error : { ...error, advice: text };
}
