/** A plan in words. */
import type { BesidePlan, Plan, PlanResult } from '../protocol/plan';
import { formatBytes, formatCount, formatSpeed } from './format';

/** "fits", "fits with 3 of 37 layers in RAM", "does not fit". */
export function verdictText(plan: Plan): string {
  switch (plan.verdict) {
    case 'fits':
      return plan.gpuLayers === plan.totalLayers ? 'fits' : 'fits into RAM';
    case 'fits-with-experts-in-ram':
      return `fits with the experts of ${plan.expertLayersInRam} layers in RAM`;
    case 'fits-with-layers-in-ram':
      return plan.gpuLayers === 0
        ? 'fits into RAM, on the CPU'
        : `fits with ${plan.totalLayers - plan.gpuLayers} of ${plan.totalLayers} layers in RAM`;
    case 'does-not-fit':
      return 'does not fit';
  }
}

/** "about 45 tok/s at first, 31 tok/s after 131,072 tokens". */
export function speedText({ speed, context }: Plan): string {
  return `about ${formatSpeed(speed.tokensPerSecond)} at first, ${formatSpeed(speed.atContextEnd)} after ${formatCount(context)} tokens`;
}

/** "131,072 tokens"; beside a plan with layers in RAM, what would be so without. */
export function maxContextText({ plan, maxContext }: Pick<PlanResult, 'plan' | 'maxContext'>): string {
  if (maxContext === 0) return 'none fits';
  const isOfWhole = plan.gpuLayers < plan.totalLayers && maxContext < plan.context;
  return `${formatCount(maxContext)} tokens${isOfWhole ? ' with all layers on the GPU' : ''}`;
}

/** "27.9 GiB", "3.0 GiB too little". */
export function leftText(bytes: number): string {
  return bytes < 0 ? `${formatBytes(-bytes)} too little` : formatBytes(bytes);
}

/** What a model beside is there for. */
export function roleText(role: BesidePlan['role']): string {
  switch (role) {
    case 'chat':
      return 'in memory as well';
    case 'completion':
      return 'for completions';
    case 'embedding':
      return 'for embeddings';
    case 'draft':
      return 'as a draft model';
  }
}
