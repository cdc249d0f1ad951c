/** The order of versions as semver has it, without build metadata. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/;

/** Negative when `a` is older; undefined when one of them is no version, and nothing can be said. */
export function compareVersions(a: string, b: string): number | undefined {
  const left = VERSION.exec(a);
  const right = VERSION.exec(b);
  if (left === null || right === null) return undefined;
  for (const part of [1, 2, 3]) {
    const difference = Number(left[part]) - Number(right[part]);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left[4], right[4]);
}

/** 1.0.0-rc.2 is before 1.0.0-rc.10, and both are before 1.0.0. */
function comparePrereleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = compareIdentifiers(left[index], right[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers by their value and before words; whoever has fewer parts is first. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const numbers = [a, b].map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
  const [left, right] = numbers;
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}
