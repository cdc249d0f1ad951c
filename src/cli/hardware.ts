/** "hearth hardware": one look at the machine, and what its memory holds. */
import {
  ReadHardware,
  type HardwareSnapshot,
  type MemoryPart,
  type MemoryPool,
} from '../shared/protocol/hardware';
import { formatBytes, formatSpeed } from '../shared/util/format';
import { connectOrStart } from './connect';

/** @param json bytes, as the hub has them */
export async function hardware(json: boolean): Promise<void> {
  const client = await connectOrStart();
  try {
    const snapshot = await client.request(ReadHardware, null);
    console.log(json ? JSON.stringify(snapshot) : describe(snapshot));
  } finally {
    client.dispose();
  }
}

function describe({ sample, processor, gpus, ram, swap, notes }: HardwareSnapshot): string {
  const rows: [string, string][] = [
    ['Processor', `${processor.name}, ${processor.cores} cores`],
    ...(gpus.length === 0 ? [['GPU', 'none that Hearth uses'] satisfies [string, string]] : []),
    ...gpus.map(({ name, memory }): [string, string] => ['GPU', `${name}: ${use(memory)}`]),
    ['RAM', use(ram)],
    [
      'Swap',
      swap === undefined ? 'none' : `${formatBytes(swap.usedBytes)} of ${formatBytes(swap.totalBytes)} used`,
    ],
    ['Speed', sample.tokensPerSecond === 0 ? 'no answer is running' : formatSpeed(sample.tokensPerSecond)],
  ];
  return [...rows.map(([name, value]) => `${name.padEnd(11)}${value}`), ...notes].join('\n');
}

function use({ totalBytes, usedBytes, parts }: MemoryPool): string {
  if (usedBytes === undefined)
    return `${formatBytes(totalBytes)}, how much is used is known once a model is loaded`;
  const split = (['weights', 'context', 'other'] as const)
    .map((kind) => ({ kind, bytes: sum(parts.filter((part) => part.use === kind)) }))
    .filter(({ bytes }) => bytes > 0)
    .map(({ kind, bytes }) => `${NAMES[kind]} ${formatBytes(bytes)}`);
  const whole = `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)} used`;
  return split.length === 0 ? whole : `${whole} (${split.join(', ')})`;
}

const NAMES: Readonly<Record<MemoryPart['use'], string>> = {
  weights: 'weights',
  context: 'context',
  other: 'other programs',
};

function sum(parts: readonly MemoryPart[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}
