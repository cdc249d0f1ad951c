/** A plan as a person reads it: the verdict first, then what takes how much, then what else could be done. */
import type { Finding } from '../shared/protocol/doctor';
import type {
  BesidePlan,
  Plan,
  PlanAlternative,
  PlanMachine,
  PlanResult,
  Wishes,
} from '../shared/protocol/plan';
import { formatBytes, formatCount, formatSpeed } from '../shared/util/format';
import { maxContextText, roleText, speedText, verdictText } from '../shared/util/plan-text';

const NAME_WIDTH = 18;
const FIGURE_WIDTH = 12;

export function planText(result: PlanResult, wishes: Partial<Wishes>): string {
  const { name, quantization, machine, plan, trainContext } = result;
  const title = quantization === undefined ? name : `${name} (${quantization})`;
  return [
    `${capital(verdictText(plan))}: ${title} on ${machineText(machine)}`,
    ...(plan.loadable ? [] : [plan.reason]),
    `A context of ${formatCount(plan.context)} of ${formatCount(trainContext)} tokens${wishesText(wishes)}; ${basisText(plan)}.`,
    '',
    ...table(result),
    '',
    row('Layers on GPUs', layersText(plan)),
    row('Largest context', maxContextText(result)),
    row('Expected speed', speedText(plan)),
    row('', result.speedNote),
    ...measuredText(result),
    ...result.beside.flatMap(besideText),
    ...findingsText(result.findings),
    ...alternativesText(result.alternatives),
  ].join('\n');
}

/** What the other reading of a size comes to, in one sentence. */
export function otherReadingText(bytes: number, result: PlanResult, otherBytes: number): string {
  return (
    `${Math.round(bytes / 1e9)} GB can mean two things. Above it is 10⁹ bytes each: ${formatBytes(bytes)}. ` +
    `A card that is sold so usually shows ${formatBytes(otherBytes)} in its driver: ` +
    `then it ${verdictText(result.plan)} ` +
    `(${formatBytes(Math.max(0, result.plan.freeVramBytes))} of VRAM left over, largest context ${formatCount(result.maxContext)}).`
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function machineText({ gpus, ramBytes }: PlanMachine): string {
  const ram = `${formatBytes(ramBytes)} RAM`;
  if (gpus.length === 0) return ram;
  const sizes = gpus.map(({ vramBytes }) => formatBytes(vramBytes)).join(' + ');
  return `${sizes} VRAM and ${ram}`;
}

function wishesText({ sequences, kvType, flashAttention, batch }: Partial<Wishes>): string {
  return [
    ...(sequences === undefined || sequences === 1 ? [] : [`${sequences} of them`]),
    ...(kvType === undefined ? [] : [`KV cache in ${kvType}`]),
    ...(flashAttention === false ? ['without flash attention'] : []),
    ...(batch === undefined ? [] : [`batches of ${formatCount(batch)}`]),
  ]
    .map((text) => `, ${text}`)
    .join('');
}

function basisText({ basis }: Plan): string {
  switch (basis) {
    case 'simulated':
      return 'simulated: the engine’s dry run, nothing was loaded';
    case 'computed':
      return 'computed, nothing was loaded';
    case 'estimate':
      return 'an estimate from plain numbers';
  }
}

function table({ plan, machine }: PlanResult): string[] {
  const { parts, kv, gpus } = plan;
  const isOnGpu = plan.gpuLayers > 0;
  const compute = gpus.reduce((sum, gpu) => sum + gpu.computeBytes, 0);
  const overhead = gpus.reduce((sum, gpu) => sum + gpu.overheadBytes, 0);
  const { ramComputeBytes, smallContext } = plan;
  const ramRest =
    plan.totalRamBytes - plan.weights.ramBytes - kv.ramBytes - ramComputeBytes - smallContext.ramBytes;
  const lines: [string, number, number][] = [
    ['Attention', parts.attention.vramBytes, parts.attention.ramBytes],
    ['Feed-forward', parts.feedForward.vramBytes, parts.feedForward.ramBytes],
    ['Experts', parts.experts.vramBytes, parts.experts.ramBytes],
    ['Embeddings', parts.embeddings.vramBytes, parts.embeddings.ramBytes],
    ['Output', parts.output.vramBytes, parts.output.ramBytes],
    ['LoRA adapters', parts.loras.vramBytes, parts.loras.ramBytes],
    ['KV cache', kv.vramBytes, kv.ramBytes],
    ['Compute buffers', compute, ramComputeBytes],
    ['Inline edits', smallContext.vramBytes, smallContext.ramBytes],
    ['Driver, process', overhead, ramRest],
  ];
  const used = machine.gpus.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  const hasGpu = machine.gpus.length > 0;
  const line = (name: string, vram: string, ram: string): string =>
    `  ${name.padEnd(NAME_WIDTH)}${hasGpu ? vram.padStart(FIGURE_WIDTH) : ''}${ram.padStart(FIGURE_WIDTH)}`;
  return [
    line('', 'VRAM', 'RAM'),
    ...lines
      .filter(([, vram, ram]) => vram > 0 || ram > 0)
      .map(([name, vram, ram]) => line(name, size(vram), size(ram))),
    line('In all', size(plan.totalVramBytes), size(plan.totalRamBytes)),
    ...(used > 0 || machine.ramUsedBytes > 0 ? [line('Used by others', size(used), size(machine.ramUsedBytes))] : []),
    line('Left over', hasGpu ? signed(plan.freeVramBytes) : '', signed(plan.freeRamBytes)),
    ...(gpus.length > 1 && isOnGpu ? gpus.map((gpu) => line(`  on ${gpu.name}`, signed(gpu.freeBytes), '')) : []),
  ]; // prettier-ignore
}

function size(bytes: number): string {
  return bytes === 0 ? '–' : formatBytes(bytes);
}

function signed(bytes: number): string {
  return bytes < 0 ? `-${formatBytes(-bytes)}` : formatBytes(bytes);
}

function layersText({ gpuLayers, totalLayers, gpus, expertLayersInRam }: Plan): string {
  const split = gpus.length > 1 ? ` (${gpus.map(({ layers }) => layers).join(' + ')})` : '';
  const experts = expertLayersInRam > 0 ? `, the experts of ${expertLayersInRam} in RAM` : '';
  return `${gpuLayers} of ${totalLayers}${split}${experts}`;
}

function measuredText({ measured }: PlanResult): string[] {
  if (measured === undefined) return [];
  const { takenBytes, tokensPerSecond } = measured;
  const speed = tokensPerSecond === undefined ? '' : `, ${formatSpeed(tokensPerSecond)}`;
  return [row('Last load so', `took ${formatBytes(takenBytes)}${speed} (measured)`)];
}

function findingsText(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(({ title, evidence, advice }) => `  ${title}. ${evidence.join(' ')} ${advice}`);
  return ['', 'Mind:', ...lines];
}

function besideText({ name, role, plan }: BesidePlan): string[] {
  const takes = [plan.totalVramBytes, plan.totalRamBytes]
    .map((bytes, index) => (bytes === 0 ? [] : [`${formatBytes(bytes)} ${index === 0 ? 'VRAM' : 'RAM'}`]))
    .flat()
    .join(', ');
  return [
    '',
    `${name}, ${roleText(role)} (${formatCount(plan.context)} tokens): ${verdictText(plan)}, ${takes}`,
  ];
}

function alternativesText(alternatives: readonly PlanAlternative[]): string[] {
  if (alternatives.length === 0) return [];
  const width = Math.max(...alternatives.map(({ change }) => change.length));
  return [
    '',
    'Otherwise:',
    ...alternatives.map(({ change, cost, plan, maxContext }) => {
      const speed = `about ${formatSpeed(plan.speed.tokensPerSecond)}`;
      const note = plan.loadable ? '' : ` ${plan.reason}`;
      return (
        `  ${change.padEnd(width)}  ${verdictText(plan)}, ${speed}, up to ${formatCount(maxContext)} tokens.` +
        ` Costs: ${cost}.${note}`
      );
    }),
  ];
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(NAME_WIDTH)}${value}`;
}
