import assert from 'node:assert/strict';
import { parseMeminfo, parseProcessStatus } from '../../../../src/hub/hardware/system-memory';

const MEMINFO = `MemTotal:       131900000 kB
MemFree:         1000000 kB
MemAvailable:   100000000 kB
SwapCached:           12 kB
SwapTotal:       8000000 kB
SwapFree:        7000000 kB
`;

describe('the memory of the system', () => {
  it('is what programs have taken, without the files that are cached', () => {
    assert.deepEqual(parseMeminfo(MEMINFO), {
      totalBytes: 131_900_000 * 1_024,
      usedBytes: 31_900_000 * 1_024,
      swap: { totalBytes: 8_000_000 * 1_024, usedBytes: 1_000_000 * 1_024 },
    });
  });

  it('has no swap where there is none', () => {
    const text = MEMINFO.replace('8000000', '0').replace('7000000', '0');
    assert.equal(parseMeminfo(text)?.swap, undefined);
  });

  it('is unknown from another kind of text', () => {
    assert.equal(parseMeminfo(''), undefined);
    assert.equal(parseMeminfo('MemTotal: 5 kB\n'), undefined);
  });

  it('of a process is its own and its mapped files', () => {
    const status =
      'Name:\tnode\nVmRSS:\t  300 kB\nRssAnon:\t  100 kB\nRssFile:\t  200 kB\nRssShmem:\t 0 kB\n';
    assert.deepEqual(parseProcessStatus(status), { anonymousBytes: 102_400, fileBytes: 204_800 });
    assert.equal(parseProcessStatus(''), undefined);
  });
});
