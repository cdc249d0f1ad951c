/** A size in bytes, as people write it. */
import { HearthError } from '../protocol/errors';

/** Decimal as on boxes and in file sizes, binary as tools print them; a bare figure is bytes. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/**
 * "98 GB" (10⁹), "95.6GiB" (2³⁰), "97887 MiB".
 * @throws HearthError `bad-request` for anything else
 */
export function parseSize(text: string): number {
  const [, figure, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  if (figure === undefined || factor === undefined) {
    throw new HearthError(
      'bad-request',
      `"${text}" is no size.`,
      'Write it as 98GB (10⁹ bytes), 95.6GiB (2³⁰) or 97887MiB.',
    );
  }
  return Number(figure) * factor;
}
