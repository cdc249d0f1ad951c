/** What "hearth plan" was asked, checked, in the protocol's terms. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { knownShape } from '../planner/answer-plan';
import { CATALOGUE_NAMES } from '../planner/catalogue';
import { parseGpus } from '../planner/machine';
import { HearthError } from '../shared/protocol/errors';
import { KV_TYPES, type PlainNumbers, type PlanParams, type Wishes } from '../shared/protocol/plan';
import { besideModelText, parseBeside } from '../shared/util/beside-model';
import { isModelAddress } from '../shared/util/model-address';
import { parseSize } from '../shared/util/parse-size';
import type { CliValues } from './arguments';
import { parseLora } from './chat-options';

/** @throws HearthError `bad-request` naming the option that is off */
export async function planOptions(model: string | undefined, values: CliValues): Promise<PlanParams> {
  const numbers = numbersOf(values);
  if (model === undefined && numbers === undefined) {
    throw new HearthError(
      'bad-request',
      'Which model?',
      `Name a GGUF file, or one of these: ${CATALOGUE_NAMES.join(', ')}.`,
    );
  }
  const quantization = values.quant;
  // Figures that contradict each other are refused here, not in another process.
  if (numbers !== undefined) knownShape('A model', { numbers });
  const { vram, ram, draft, beside } = values;
  return {
    model: numbers === undefined ? fileOrName(model ?? '', quantization) : (model ?? 'A model'),
    ...(quantization !== undefined && { quantization }),
    ...(numbers !== undefined && { numbers }),
    machine: {
      ...(vram !== undefined && { gpus: parseGpus(vram) }),
      ...(ram !== undefined && { ramBytes: parseSize(ram) }),
    },
    wishes: await wishesOf(values),
    ...(beside !== undefined && { beside: beside.map(besideFileOrName) }),
    ...(draft !== undefined && { draft: fileOrName(draft) }),
    ...(values['allow-network'] === true && { allowNetwork: true }),
  };
}

/**
 * The hub works elsewhere, so a file goes by its whole path.
 * @throws HearthError `bad-request` for what is neither a file, an address nor a name
 */
function fileOrName(model: string, quantization?: string): string {
  if (
    isModelAddress(model) ||
    knownShape(model, quantization === undefined ? {} : { quantization }) !== undefined
  )
    return model;
  const isFile = existsSync(model) || /\.gguf$/i.test(model);
  if (!isFile && /^[\w.-]+(\/[\w.-]+)?$/.test(model)) throw unknownName(model);
  return resolve(model);
}

function unknownName(text: string): HearthError {
  const name = basename(text);
  const known = knownShape(name) === undefined ? [] : [`"${name}" alone is known by its name.`];
  const hub = text.includes('/') ? [`A file of that repository is hf:${text}/FILE.gguf.`] : [];
  return new HearthError(
    'bad-request',
    `"${text}" is neither a file here nor the name of a known model.`,
    [...known, ...hub, `Known names: ${CATALOGUE_NAMES.join(', ')}.`].join(' '),
  );
}

/** With what it is for before it, where that is said. */
function besideFileOrName(text: string): string {
  const { model, role } = parseBeside(text);
  return besideModelText({ model: fileOrName(model), role });
}

async function wishesOf(values: CliValues): Promise<Partial<Wishes>> {
  const context = count('--context', values.context);
  const sequences = count('--sequences', values.sequences);
  const batch = count('--batch', values.batch);
  const gpuLayers = count('--gpu-layers', values['gpu-layers'], 0);
  const expertLayersInRam = count('--experts-in-ram', values['experts-in-ram'], 0);
  const kvType = KV_TYPES.find((known) => known === values.kv?.toLowerCase());
  if (values.kv !== undefined && kvType === undefined)
    throw wrong('--kv', `is one of ${KV_TYPES.join(', ')}`);
  const loraBytes = await sizes('--lora', values.lora);
  return {
    ...(context !== undefined && { context }),
    ...(sequences !== undefined && { sequences }),
    ...(batch !== undefined && { batch }),
    ...(gpuLayers !== undefined && { gpuLayers }),
    ...(expertLayersInRam !== undefined && { expertLayersInRam }),
    ...(kvType !== undefined && { kvType }),
    ...(values['no-flash-attention'] === true && { flashAttention: false }),
    ...(loraBytes !== undefined && { loraBytes }),
  };
}

function numbersOf(values: CliValues): PlainNumbers | undefined {
  const { params, active, bits } = values;
  const layers = count('--layers', values.layers);
  const keyValueSize = count('--kv-size', values['kv-size']);
  if (params === undefined) {
    if ([active, bits, layers, keyValueSize].some((given) => given !== undefined))
      throw wrong('--params', 'has to be said with --active, --bits, --layers and --kv-size');
    return undefined;
  }
  if (bits === undefined)
    throw wrong('--bits', 'has to be said with --params: the bits of a weight, as 4.25');
  return {
    parameters: amount('--params', params),
    ...(active !== undefined && { activeParameters: amount('--active', active) }),
    bitsPerWeight: figure('--bits', bits),
    ...(layers !== undefined && { layers }),
    ...(keyValueSize !== undefined && { keyValueSize }),
  };
}

/** 120B, 5.1b, 350M */
function amount(option: string, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([bm])$/i.exec(text.trim()) ?? [];
  if (digits === undefined || unit === undefined)
    throw wrong(option, 'is a number of weights, as 120B or 350M');
  return Number(digits) * (unit.toLowerCase() === 'b' ? 1e9 : 1e6);
}

function figure(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw wrong(option, 'is a number');
  return value;
}

/** Sizes as they are written, or those of files; a file's scale, as "hearth chat" takes one, does not change its size. */
async function sizes(option: string, texts: string[] | undefined): Promise<number | undefined> {
  if (texts === undefined) return undefined;
  let sum = 0;
  for (const text of texts) {
    try {
      sum += (await stat(parseLora(text).path)).size;
    } catch {
      if (!/^\s*\d/.test(text)) throw wrong(option, `is a file or a size, and there is no file "${text}"`);
      sum += parseSize(text);
    }
  }
  return sum;
}

function count(option: string, value: string | undefined, least = 1): number | undefined {
  if (value === undefined) return undefined;
  const whole = Number(value);
  if (!Number.isSafeInteger(whole) || whole < least || value.trim() === '')
    throw wrong(option, `is a whole number from ${least} on`);
  return whole;
}

function wrong(option: string, what: string): HearthError {
  return new HearthError('bad-request', `${option} ${what}.`, 'See "hearth --help".');
}
