import assert from 'node:assert/strict';
import { postMortem, type Death } from '../../../../src/hub/engines/post-mortem';
import type { ErrorCode } from '../../../../src/shared/protocol/errors';

const died = (facts: Partial<Death>) =>
  postMortem({
    name: 'gpt-oss-120b',
    code: null,
    signal: null,
    whileLoading: false,
    outOfMemoryKills: 0,
    lines: [],
    ...facts,
  });

describe('postMortem', () => {
  const cases: [what: string, facts: Partial<Death>, code: ErrorCode, message: RegExp][] = [
    [
      'memory that ran out for the KV cache',
      {
        signal: 'SIGABRT',
        whileLoading: true,
        lines: [
          '[llama.cpp error] ggml_backend_cuda_buffer_type_alloc_buffer: allocating 6120.00 MiB on device 0: cudaMalloc failed: out of memory',
          '[llama.cpp error] llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache',
        ],
      },
      'out-of-memory',
      /memory ran out while the KV cache was allocated \(6\.0 GiB\)/,
    ],
    [
      'memory that ran out in mid-answer, with the size',
      { signal: 'SIGABRT', lines: ['CUDA error: out of memory, allocating 512.00 MiB'] },
      'out-of-memory',
      /ran out while it answered \(512 MiB\)\. What the model had said is kept\./,
    ],
    [
      'a library that is missing',
      {
        code: 1,
        lines: ['Error: libcudart.so.13: cannot open shared object file: No such file or directory'],
      },
      'library-missing',
      /the library libcudart\.so\.13 is missing/,
    ],
    [
      'a GPU that was lost',
      { signal: 'SIGABRT', lines: ['ggml_vulkan: ErrorDeviceLost', 'terminate called'] },
      'gpu-lost',
      /the GPU was lost/,
    ],
    ['the system’s killer', { signal: 'SIGKILL', outOfMemoryKills: 1 }, 'out-of-memory', /RAM ran out/],
    [
      'a kill from outside, whatever the log says',
      { signal: 'SIGKILL', lines: ['warning: out of memory for the draft model, going on'] },
      'worker-ended',
      /killed \(SIGKILL\), by the system or by another program/,
    ],
    [
      'a failed assertion, with its words',
      { signal: 'SIGABRT', lines: ['ggml.c:123: GGML_ASSERT(n > 0) failed', 'a backtrace'] },
      'worker-ended',
      /GGML_ASSERT\(n > 0\) failed/,
    ],
    ['a crash in native code', { signal: 'SIGSEGV' }, 'worker-ended', /crashed in native code \(SIGSEGV\)/],
    ['an exit', { code: 3, outOfMemoryKills: undefined }, 'worker-ended', /exit code 3/],
  ];
  for (const [what, facts, code, message] of cases) {
    it(`names ${what}`, () => {
      const { info } = died(facts);
      assert.equal(info.code, code);
      assert.match(info.message, message);
      assert.notEqual(info.advice, '');
      assert.equal(info.details, (facts.lines ?? []).join('\n'));
    });
  }

  it('does not speak of an answer that there was none of', () => {
    assert.doesNotMatch(died({ code: 1, whileLoading: true }).message, /is kept/);
    assert.match(died({ code: 1 }).message, /is kept/);
  });
});
