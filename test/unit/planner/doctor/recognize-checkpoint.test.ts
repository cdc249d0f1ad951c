import assert from 'node:assert/strict';
import { recognizeCheckpoint } from '../../../../src/planner/doctor/recognize-checkpoint';

describe('recognizeCheckpoint', () => {
  const check = (
    files: string[],
    json: Record<string, unknown>,
    format: string,
    advice: RegExp = /GGUF|gguf/,
  ): void => {
    const found = recognizeCheckpoint({ kind: 'checkpoint', files, json });
    assert.equal(found.format, format);
    assert.match(found.advice, advice);
    assert.ok(found.evidence.length > 0);
  };
  const weights = ['config.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const method = (quant_method: string, more = {}) => ({
    'config.json': { model_type: 'llama', quantization_config: { quant_method, ...more } },
  });

  it('knows quantized checkpoints by their configuration', () => {
    check(weights, method('gptq', { bits: 4 }), 'GPTQ', /vLLM/);
    check(weights, method('AWQ', { w_bit: 4 }), 'AWQ', /vLLM/);
    check(weights, method('exl2', { bits: 4.25 }), 'EXL2', /TabbyAPI \(ExLlamaV2\)/);
    check(weights, method('exl3', { bits: 3 }), 'EXL3', /TabbyAPI \(ExLlamaV3\)/);
    check(weights, method('bitsandbytes'), 'bitsandbytes', /vLLM/);
    check(weights, method('mxfp4'), 'quantized safetensors', /vLLM/);
    check(weights, { 'quantize_config.json': { bits: 4, group_size: 128 } }, 'GPTQ');
    check(weights, { 'quant_config.json': { w_bit: 4, q_group_size: 128 } }, 'AWQ');
  });

  it('knows MLX by its own entry, and by its own kind of file', () => {
    check(weights, { 'config.json': { quantization: { group_size: 64, bits: 4 } } }, 'MLX', /mlx-lm/);
    check(['weights.npz'], {}, 'MLX', /mlx-lm/);
  });

  it('knows others by their files', () => {
    check(weights, { 'config.json': { model_type: 'llama' } }, 'safetensors', /convert_hf_to_gguf\.py/);
    check(['pytorch_model.bin'], {}, 'PyTorch', /trust/);
    check(['model.onnx'], {}, 'ONNX');
    check(['readme.txt'], {}, 'unknown');
    check([], {}, 'unknown');
  });

  it('takes a folder with GGUF files for one, whatever else is in it', () => {
    check([...weights, 'model.gguf'], method('gptq'), 'GGUF', /^$/);
  });

  it('is not led astray by JSON of another shape', () => {
    for (const config of [
      null,
      [],
      'text',
      3,
      { quantization_config: 'gptq' },
      { quantization_config: { quant_method: 4 } },
    ])
      check(weights, { 'config.json': config }, 'safetensors');
  });
});
