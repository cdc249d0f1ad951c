export interface ProgressBarProps {
  label: string;
  /** 0 to 1; undefined while nobody knows. */
  fraction?: number | undefined;
}

export function ProgressBar({ label, fraction }: ProgressBarProps) {
  return fraction === undefined ? (
    <progress class="progress-bar" aria-label={label} />
  ) : (
    <progress class="progress-bar" aria-label={label} max={1} value={fraction} />
  );
}
