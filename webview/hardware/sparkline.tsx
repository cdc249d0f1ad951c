/** The last minutes of one figure. */
import { sparklinePoints, type Sample } from './sparkline-points';

export interface SparklineProps {
  name: string;
  samples: readonly Sample[];
  /** The value at the upper edge; without it the largest one seen. */
  top?: number;
  format: (value: number) => string;
}

export function Sparkline({ name, samples, top, format }: SparklineProps) {
  const most = samples.reduce((largest, { value }) => Math.max(largest, value), 0);
  const now = samples.at(-1)?.value ?? 0;
  const figures = `${format(now)} now, at most ${format(most)}`;
  const points = sparklinePoints(samples, top ?? most);
  return (
    <div class="sparkline" data-testid="sparkline">
      <div class="sparkline-head">
        <span>{name}</span>
        <span class="quiet">{figures}</span>
      </div>
      <svg
        width="100%"
        height="36"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name} over the last five minutes: ${figures}`}
      >
        <polyline points={points} class="sparkline-line" vector-effect="non-scaling-stroke" />
      </svg>
    </div>
  );
}
