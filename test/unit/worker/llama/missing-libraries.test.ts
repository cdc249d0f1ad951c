import assert from 'node:assert/strict';
import { howToInstall, notFound } from '../../../../src/worker/llama/missing-libraries';

describe('missing libraries', () => {
  it('are what ldd could not find', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibcudart.so.13 => not found',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)',
      '\tlibcuda.so.1 => not found',
      '\tlibcudart.so.13 => not found',
    ].join('\n');
    assert.deepEqual(notFound(output), ['libcudart.so.13', 'libcuda.so.1']);
    assert.deepEqual(notFound(''), []);
  });

  it('come with what to install', () => {
    const advice = (...names: string[]) => /Install (.*), or choose/.exec(howToInstall(names))?.[1];
    assert.equal(advice('libcuda.so.1'), "NVIDIA's driver");
    assert.equal(advice('libcublas.so.13', 'libcudart.so.13'), 'the CUDA 13 runtime with cuBLAS');
    assert.equal(advice('libvulkan.so.1'), 'the Vulkan loader (libvulkan1)');
    assert.equal(advice('libother.so.2'), 'what contains libother.so.2');
  });
});
