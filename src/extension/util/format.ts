/** Figures as people read them. */

/** `59.0 GiB`; the unit in which memory is counted. */
export function gib(bytes: number): string {
  const value = bytes / 2 ** 30;
  return value < 0.1 && bytes > 0 ? mib(bytes) : `${value.toFixed(1)} GiB`;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** `63.4 GB`; the unit in which files are offered for download. */
export function gb(bytes: number): string {
  if (bytes < 1e5) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `117B`, `21B`, `0.6B`, `3M`. */
export function parameters(count: number): string {
  if (count >= 1e10) return `${Math.round(count / 1e9)}B`;
  if (count >= 1e8) return `${(count / 1e9).toFixed(1)}B`;
  return `${Math.max(1, Math.round(count / 1e6))}M`;
}

/** `840`, `1.2k`, `18k`. */
export function compactCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const thousands = count / 1000;
  return thousands < 9.95 ? `${thousands.toFixed(1).replace(/\.0$/, '')}k` : `${Math.round(thousands)}k`;
}

/** `131,072`. */
export function fullCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `132 tok/s`, `4.3 tok/s`. */
export function speed(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tok/s`;
}

/** `43 %` of a fraction from 0 to 1. */
export function percent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
