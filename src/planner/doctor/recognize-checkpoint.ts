/** Which format a folder of model files has, from their names and its JSON files. */
import type { CheckpointModel } from './facts';

export type CheckpointFormat =
  | 'GGUF'
  | 'GPTQ'
  | 'AWQ'
  | 'EXL2'
  | 'EXL3'
  | 'MLX'
  | 'bitsandbytes'
  | 'quantized safetensors'
  | 'safetensors'
  | 'PyTorch'
  | 'ONNX'
  | 'unknown';

export interface RecognizedCheckpoint {
  format: CheckpointFormat;
  /** "a GPTQ checkpoint" */
  name: string;
  /** What it was recognised from; of GGUF, the files. */
  evidence: string[];
  /** What serves it, or how it becomes GGUF. */
  advice: string;
}

const TAKE_GGUF = 'Choose a GGUF version of the same model for Hearth';

/** By `quantization_config.quant_method` of `config.json`. */
const METHODS: Readonly<Record<string, CheckpointFormat>> = {
  gptq: 'GPTQ',
  awq: 'AWQ',
  exl2: 'EXL2',
  exl3: 'EXL3',
  bitsandbytes: 'bitsandbytes',
};

export function recognizeCheckpoint({ files, json }: CheckpointModel): RecognizedCheckpoint {
  const gguf = files.filter((file) => /\.gguf$/i.test(file));
  if (gguf.length > 0) return { format: 'GGUF', name: 'GGUF', evidence: gguf, advice: '' };
  const config = object(json['config.json']);
  const quantization = object(config['quantization_config']);
  const method = text(quantization['quant_method'])?.toLowerCase();
  if (method !== undefined) {
    const bits = number(quantization['bits']) ?? number(quantization['w_bit']);
    const evidence = [
      `config.json: quant_method is "${method}"${bits === undefined ? '' : `, ${bits} bits`}.`,
    ];
    return describe(METHODS[method] ?? 'quantized safetensors', evidence, method);
  }
  const own = object(json['quantize_config.json']);
  if (number(own['bits']) !== undefined) {
    return describe('GPTQ', [`quantize_config.json: ${number(own['bits'])} bits.`]);
  }
  const awq = object(json['quant_config.json']);
  if (number(awq['w_bit']) !== undefined)
    return describe('AWQ', [`quant_config.json: ${number(awq['w_bit'])} bits.`]);
  const mlx = object(config['quantization']);
  if (number(mlx['group_size']) !== undefined) {
    return describe('MLX', [
      `config.json: quantization in groups of ${number(mlx['group_size'])}, as MLX writes it.`,
    ]);
  }
  const named = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file));
  const npz = named(/^weights.*\.npz$/i);
  if (npz.length > 0) return describe('MLX', listed(npz));
  const safetensors = named(/\.safetensors$/i);
  if (safetensors.length > 0) return describe('safetensors', listed(safetensors));
  const torch = named(/\.(?:bin|pth|pt|ckpt)$/i);
  if (torch.length > 0) return describe('PyTorch', listed(torch));
  const onnx = named(/\.onnx$/i);
  if (onnx.length > 0) return describe('ONNX', listed(onnx));
  return describe('unknown', [
    files.length === 0 ? 'The folder is empty.' : `The folder has ${first(files)}.`,
  ]);
}

function describe(format: CheckpointFormat, evidence: string[], method = ''): RecognizedCheckpoint {
  switch (format) {
    case 'GPTQ':
      return {
        format,
        name: 'a GPTQ checkpoint',
        evidence,
        advice: `${TAKE_GGUF}, or serve this one with vLLM or, on one machine, TabbyAPI.`,
      };
    case 'AWQ':
      return {
        format,
        name: 'an AWQ checkpoint',
        evidence,
        advice: `${TAKE_GGUF}, or serve this one with vLLM.`,
      };
    case 'EXL2':
    case 'EXL3':
      return {
        format,
        name: `an ${format} checkpoint`,
        evidence,
        advice: `${TAKE_GGUF}, or serve this one with TabbyAPI (ExLlamaV${format === 'EXL2' ? 2 : 3}).`,
      };
    case 'MLX':
      return {
        format,
        name: 'an MLX checkpoint',
        evidence,
        advice: `${TAKE_GGUF}, or serve this one with mlx-lm on a Mac with Apple silicon.`,
      };
    case 'bitsandbytes':
      return {
        format,
        name: 'a checkpoint quantized with bitsandbytes',
        evidence,
        advice: `${TAKE_GGUF}, or serve this one with vLLM.`,
      };
    case 'quantized safetensors':
      return {
        format,
        name: `a safetensors checkpoint, quantized with ${method}`,
        evidence,
        advice: `${TAKE_GGUF}, or serve this one with vLLM.`,
      };
    case 'safetensors':
      return {
        format,
        name: 'a safetensors checkpoint',
        evidence,
        advice: `${TAKE_GGUF}, convert this one with llama.cpp's convert_hf_to_gguf.py, or serve it with vLLM.`,
      };
    case 'PyTorch':
      return {
        format,
        name: 'a PyTorch checkpoint',
        evidence,
        advice: `${TAKE_GGUF}. Such files can run code when they are opened: convert only what you trust.`,
      };
    case 'ONNX':
      return {
        format,
        name: 'an ONNX model',
        evidence,
        advice: `${TAKE_GGUF}, or run this one with ONNX Runtime.`,
      };
    case 'GGUF':
    case 'unknown':
      return { format, name: 'nothing that Hearth recognises', evidence, advice: 'Choose a .gguf file.' };
  }
}

function listed(files: string[]): string[] {
  return [`The folder has ${first(files)}.`];
}

function first(files: string[]): string {
  const shown = files.slice(0, 3).join(', ');
  return files.length > 3 ? `${shown} and ${files.length - 3} more` : shown;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
