/** Parts of a plan in words, as only the panel says them. Pure. */
import type { BesidePlan, Plan, PlanAlternative } from '../../src/shared/protocol/plan';
import { formatBytes, formatCount, formatSpeed } from '../../src/shared/util/format';
import { roleText, verdictText } from '../../src/shared/util/plan-text';

/** "about 45 tok/s, up to 65,536 tokens": what an alternative comes to. */
export function gainText({ plan, maxContext }: PlanAlternative): string {
  const context = maxContext > 0 ? `, up to ${formatCount(maxContext)} tokens` : '';
  return `about ${formatSpeed(plan.speed.tokensPerSecond)}${context}`;
}

/** "30 of 37", of several GPUs "30 of 37 (14 + 16)". */
export function layersText({ gpuLayers, totalLayers, gpus }: Plan): string {
  const split = gpus.length > 1 ? ` (${gpus.map(({ layers }) => layers).join(' + ')})` : '';
  return `${gpuLayers} of ${totalLayers}${split}`;
}

/** "qwen3-8b, in memory as well: fits with a context of 8,192 tokens, and takes 6.9 GiB VRAM and 0.8 GiB RAM." */
export function besideText({ name, role, plan }: BesidePlan): string {
  const takes = [
    ...(plan.totalVramBytes > 0 ? [`${formatBytes(plan.totalVramBytes)} VRAM`] : []),
    `${formatBytes(plan.totalRamBytes)} RAM`,
  ].join(' and ');
  return `${name}, ${roleText(role)}: ${verdictText(plan)} with a context of ${formatCount(plan.context)} tokens, and takes ${takes}.`;
}
