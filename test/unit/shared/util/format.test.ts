import assert from 'node:assert/strict';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatFileSize,
  formatParameters,
  formatPercent,
  formatRate,
  formatRough,
  formatSpeed,
  formatWait,
  ordinal,
  plural,
  queueText,
} from '../../../../src/shared/util/format';

describe('figures as people read them', () => {
  const cases: [string, string][] = [
    [[700, 2_400_000, 63_374_000_000].map(formatBytes).join(' '), '1 KiB 2 MiB 59.0 GiB'],
    [[2_400, 511_488, 63_374_000_000].map(formatFileSize).join(' '), '2.4 kB 0.5 MB 63.4 GB'],
    [[116_830_000_000, 600_000_000, 900_000].map(formatParameters).join(' '), '117B 0.6B 1M'],
    [[842, 1800, 9999, 42_000, 131_072, 1_200_000].map(formatRough).join(' '), '842 1.8k 10k 42k 131k 1.2M'],
    [formatCount(131_072), '131,072'],
    [
      [412, 4210, 9960, 12_300, 125_000].map(formatDuration).join(', '),
      '0.4 s, 4.2 s, 10 s, 12 s, 2 min 5 s',
    ],
    [[8.44, 9.96, 132.4].map(formatRate).join(' '), '8.4 10 132'],
    [[4.34, 131.6].map(formatSpeed).join(', '), '4.3 tok/s, 132 tok/s'],
    [[0, 0.439, 0.999, 7].map(formatPercent).join(' '), '0 % 43 % 99 % 99 %'],
    [[1, 2, 3, 4, 11, 12, 21, 112].map(ordinal).join(' '), '1st 2nd 3rd 4th 11th 12th 21st 112th'],
    [[0, 1, 10].map((before) => queueText(before)).join(', '), 'next in line, 2nd in line, 11th in line'],
    [queueText(1, 21_000), '2nd in line, about 20 s'],
    [
      [400, 1_400, 19_000, 63_000, 200_000].map(formatWait).join(', '),
      'less than a second, about 1 s, about 19 s, about 65 s, about 3 min',
    ],
    [[1, 1204].map((count) => plural(count, 'token')).join(', '), '1 token, 1,204 tokens'],
  ];
  for (const [actual, expected] of cases) it(expected, () => assert.equal(actual, expected));
});
