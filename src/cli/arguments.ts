/** The options that the `hearth` command takes. */
import { parseArgs } from 'node:util';

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  model: { type: 'string' },
  lora: { type: 'string', multiple: true },
  system: { type: 'string' },
  tools: { type: 'string' },
  'tool-result': { type: 'string' },
  effort: { type: 'string' },
  temperature: { type: 'string' },
  seed: { type: 'string' },
  'max-tokens': { type: 'string' },
  vram: { type: 'string' },
  ram: { type: 'string' },
  context: { type: 'string' },
  kv: { type: 'string' },
  sequences: { type: 'string' },
  batch: { type: 'string' },
  'gpu-layers': { type: 'string' },
  'experts-in-ram': { type: 'string' },
  'no-flash-attention': { type: 'boolean' },
  quant: { type: 'string' },
  beside: { type: 'string', multiple: true },
  draft: { type: 'string' },
  params: { type: 'string' },
  active: { type: 'string' },
  bits: { type: 'string' },
  layers: { type: 'string' },
  'kv-size': { type: 'string' },
  'allow-network': { type: 'boolean' },
  baseline: { type: 'string' },
} as const;

export type CliValues = ReturnType<typeof parseArguments>['values'];

/** @throws TypeError with a code, as node:util's parseArgs does, for an option that is not known */
export function parseArguments(args: string[]) {
  return parseArgs({ args, options, allowPositionals: true, strict: true });
}
