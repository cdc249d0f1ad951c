/** Figures as a person reads them: the same in the view, the status bar and the terminal. English, like all texts. */
const grouped = numberFormat({ maximumFractionDigits: 0 });
const oneDecimal = numberFormat({ maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** 1,204 */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** 842, 1.8k, 42k, 1.2M */
export function formatRough(count: number): string {
  if (count < 1000) return grouped.format(count);
  if (count < 10_000) return `${trimZero(oneDecimal.format(count / 1000))}k`;
  if (count < 999_500) return `${grouped.format(count / 1000)}k`;
  return `${trimZero(oneDecimal.format(count / 1_000_000))}M`;
}

/** 0.4 s, 12 s, 2 min 5 s */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${oneDecimal.format(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** 132, 8.4 */
export function formatRate(perSecond: number): string {
  return perSecond < 9.95 ? oneDecimal.format(perSecond) : grouped.format(perSecond);
}

/** 132 tok/s, 8.4 tok/s */
export function formatSpeed(tokensPerSecond: number): string {
  return `${formatRate(tokensPerSecond)} tok/s`;
}

/** 43 %, never 100 % before it is done. */
export function formatPercent(fraction: number): string {
  return `${Math.min(99, Math.max(0, Math.floor(fraction * 100)))} %`;
}

/** Memory: 63.4 GiB, 18 MiB */
export function formatBytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  if (gib >= 1) return `${oneDecimal.format(gib)} GiB`;
  const mib = bytes / 2 ** 20;
  return mib >= 1 ? `${grouped.format(mib)} MiB` : `${grouped.format(Math.ceil(bytes / 1024))} KiB`;
}

/** A file, in the unit in which files are offered for download: 63.4 GB, 0.5 MB */
export function formatFileSize(bytes: number): string {
  if (bytes < 1e5) return `${oneDecimal.format(bytes / 1e3)} kB`;
  return bytes < 1e8 ? `${oneDecimal.format(bytes / 1e6)} MB` : `${oneDecimal.format(bytes / 1e9)} GB`;
}

/** 117B, 0.6B, 3M */
export function formatParameters(count: number): string {
  if (count >= 1e10) return `${Math.round(count / 1e9)}B`;
  if (count >= 1e8) return `${(count / 1e9).toFixed(1)}B`;
  return `${Math.max(1, Math.round(count / 1e6))}M`;
}

/** 1 token, 2 tokens */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** 1st, 2nd, 3rd, 11th */
export function ordinal(position: number): string {
  const lastTwo = position % 100;
  const suffix = lastTwo >= 11 && lastTwo <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][position % 10] ?? 'th');
  return `${position}${suffix}`;
}

/** "about 20 s", "less than a second": a wait that was estimated. */
export function formatWait(ms: number): string {
  if (ms < 1_000) return 'less than a second';
  const seconds = Math.round(ms / 1_000);
  // Two figures are all that an estimate has.
  const rough = seconds < 20 ? seconds : Math.round(seconds / 5) * 5;
  return rough < 120 ? `about ${rough} s` : `about ${Math.round(rough / 60)} min`;
}

/** "next in line", "2nd in line, about 20 s": `before` is how many wait before it. */
export function queueText(before: number, expectedMs?: number): string {
  const place = before <= 0 ? 'next in line' : `${ordinal(before + 1)} in line`;
  return expectedMs === undefined ? place : `${place}, ${formatWait(expectedMs)}`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}

/** The first format of a process takes up to 20 ms, which would be half of the extension's activation: it is made when used. */
function numberFormat(options: Intl.NumberFormatOptions): { format(value: number): string } {
  let made: Intl.NumberFormat | undefined;
  return { format: (value) => (made ??= new Intl.NumberFormat('en-US', options)).format(value) };
}
