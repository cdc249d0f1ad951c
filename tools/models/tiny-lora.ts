/** A LoRA adapter for the tiny Llama: random, and just strong enough to change what it says. */
import { encodeGguf, type GgufTensor } from '../gguf/gguf-writer';
import { encodeTensor } from '../gguf/tensor-types';
import { Random } from './random';
import { TINY_LLAMA } from './tiny-llama';

const RANK = 4;
const STRENGTH = 0.12;

/** The file's bytes, the same on every machine. llama.cpp's layout: A is [inputs, rank], B is [rank, outputs]. */
export function tinyLora(): Uint8Array {
  const random = new Random(21);
  const matrix = (name: string, columns: number, rows: number): GgufTensor => {
    const values = Float32Array.from({ length: columns * rows }, () => random.normal() * STRENGTH);
    return { name, shape: [columns, rows], type: 'F32', data: encodeTensor('F32', values) };
  };
  const tensors = Array.from({ length: TINY_LLAMA.layers }, (_, layer) => {
    const name = `blk.${layer}.ffn_down.weight`;
    return [
      matrix(`${name}.lora_a`, TINY_LLAMA.feedForward, RANK),
      matrix(`${name}.lora_b`, RANK, TINY_LLAMA.embedding),
    ];
  });
  return encodeGguf({
    metadata: new Map([
      ['general.architecture', { type: 'string', value: 'llama' }],
      ['general.type', { type: 'string', value: 'adapter' }],
      ['general.name', { type: 'string', value: 'Tiny LoRA' }],
      ['adapter.type', { type: 'string', value: 'lora' }],
      ['adapter.lora.alpha', { type: 'float32', value: RANK }],
    ]),
    tensors: tensors.flat(),
  });
}
