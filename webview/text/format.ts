/** Figures as a person reads them. English, like the rest of the view. */
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

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

/** 43 %, never 100 % before it is done. */
export function formatPercent(fraction: number): string {
  return `${Math.min(99, Math.max(0, Math.floor(fraction * 100)))} %`;
}

/** 63.4 GiB, 18 MiB */
export function formatBytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  if (gib >= 1) return `${oneDecimal.format(gib)} GiB`;
  const mib = bytes / 2 ** 20;
  return mib >= 1 ? `${grouped.format(mib)} MiB` : `${grouped.format(Math.ceil(bytes / 1024))} KiB`;
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

/** now, 5 min ago, 3 h ago, yesterday, 12 Mar, 12 Mar 2025 */
export function formatAge(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  if (minutes < 48 * 60) return 'yesterday';
  const date = new Date(then);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(!sameYear && { year: 'numeric' }),
  });
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}
