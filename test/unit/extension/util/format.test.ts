import assert from 'node:assert/strict';
import {
  compactCount,
  fullCount,
  gb,
  gib,
  ordinal,
  parameters,
  percent,
  speed,
} from '../../../../src/extension/util/format';

describe('figures as people read them', () => {
  const cases: [string, string][] = [
    [gib(63_374_000_000), '59.0 GiB'],
    [gib(20_000_000), '19.1 MiB'],
    [gib(0), '0.0 GiB'],
    [gb(63_374_000_000), '63.4 GB'],
    [gb(511_488), '0.5 MB'],
    [gb(2_400), '2.4 kB'],
    [parameters(116_830_000_000), '117B'],
    [parameters(600_000_000), '0.6B'],
    [parameters(900_000), '1M'],
    [compactCount(840), '840'],
    [compactCount(1_234), '1.2k'],
    [compactCount(4_000), '4k'],
    [compactCount(18_400), '18k'],
    [fullCount(131_072), '131,072'],
    [speed(4.34), '4.3 tok/s'],
    [speed(131.6), '132 tok/s'],
    [percent(0.439), '43 %'],
    [percent(7), '100 %'],
    [[1, 2, 3, 4, 11, 12, 21, 112].map(ordinal).join(' '), '1st 2nd 3rd 4th 11th 12th 21st 112th'],
  ];
  for (const [actual, expected] of cases) it(expected, () => assert.equal(actual, expected));
});
