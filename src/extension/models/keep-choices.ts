/** The choices of "Keep Model in Memory…". Pure. */
import type { HubSettings, ModelKeep } from '../../shared/protocol/settings';

export interface KeepChoice {
  label: string;
  description?: string;
  /** Null is as the settings say. */
  keep: ModelKeep | null | 'unload';
}

const MINUTES = [5, 15, 60, 240];

export function keepChoices(
  current: ModelKeep | undefined,
  settings: Pick<HubSettings, 'keepAliveMinutes' | 'idleMinutes'>,
): KeepChoice[] {
  const choices: KeepChoice[] = [
    { label: 'As the settings say', description: settingsRule(settings), keep: null },
    { label: 'Pinned', description: 'until you unload it; not given up for another model', keep: 'pinned' },
    ...[...new Set([...MINUTES, ...(typeof current === 'number' ? [current] : [])])]
      .sort((a, b) => a - b)
      .map((minutes): KeepChoice => ({
        label: `${minutes} min after its last request`,
        description: 'also while windows are open',
        keep: minutes,
      })),
  ];
  return [
    ...choices.map((choice) => ({
      ...choice,
      label: `$(${choice.keep === (current ?? null) ? 'check' : 'blank'}) ${choice.label}`,
    })),
    { label: '$(debug-stop) Unload now', keep: 'unload' },
  ];
}

/** "30 min after the last window closed" */
export function settingsRule({
  keepAliveMinutes,
  idleMinutes,
}: Pick<HubSettings, 'keepAliveMinutes' | 'idleMinutes'>): string {
  const closed = `${keepAliveMinutes} min after the last window closed`;
  return idleMinutes === null ? closed : `${closed}, or ${idleMinutes} min after its last request`;
}
