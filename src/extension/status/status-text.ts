/** The status bar item as words: what the model does and where it lies. Pure; the figures are the hub's. */
import type { ErrorInfo } from '../../shared/protocol/errors';
import type { ResidentModel } from '../../shared/protocol/models';
import type { HubState } from '../../shared/protocol/system';
import type { LoadedFacts } from '../../shared/protocol/worker';
import type { HubStatus } from '../connection/hub-store';
import { loadFraction } from '../../shared/util/load-fraction';
import { formatRough, formatBytes, formatPercent, formatSpeed } from '../../shared/util/format';

export interface StatusFacts {
  hub: HubStatus;
  /** The active model's name, if it is known. */
  modelName: string | undefined;
  /** The active model in memory. */
  model: ResidentModel | undefined;
  /** Why the active model's file cannot be used. */
  fileError: ErrorInfo | undefined;
  /** The machine that Hearth runs on, in a window that works on another one than the user's. */
  machine: string | undefined;
  /** Epoch milliseconds. */
  now: number;
}

export interface StatusText {
  text: string;
  /** Draws attention: something that the user relies on is not working. */
  isWarning: boolean;
}

export function statusText(facts: StatusFacts): StatusText {
  const { hub, machine } = facts;
  const where = machine === undefined ? [] : [machine];
  if (hub.kind === 'connecting') return quiet('sync~spin', 'Hearth starting', where);
  if (hub.kind === 'failed') return { text: '$(warning) Hearth is not running', isWarning: true };
  return ofModel(facts, hub.state, where);
}

function ofModel({ model, modelName, fileError }: StatusFacts, state: HubState, where: string[]): StatusText {
  const name = modelName ?? model?.name ?? 'Hearth';
  if (model === undefined) {
    return fileError === undefined
      ? quiet('flame', name, ['not loaded', ...where])
      : { text: `$(warning) ${name}`, isWarning: true };
  }
  switch (model.status.kind) {
    case 'loading':
      return quiet('sync~spin', `loading ${formatPercent(loadFraction(model.status.progress))}`, where);
    case 'failed':
      // Who cancels a load needs no warning about it.
      if (model.status.error.code === 'cancelled') return quiet('flame', name, ['not loaded', ...where]);
      return { text: `$(warning) ${failureName(model.status.error)}`, isWarning: true };
    case 'ready':
      return quiet('flame', name, [
        ...(model.loaded === undefined ? [] : [placement(model.loaded), footprint(model.loaded)]),
        ...activity(model),
        ...queue(state),
        ...where,
      ]);
  }
}

function quiet(icon: string, subject: string, details: string[]): StatusText {
  return { text: [`$(${icon}) ${subject}`, ...details].join(' · '), isWarning: false };
}

/** `37/37 GPU`; `CPU` when nothing is on one. */
export function placement(loaded: LoadedFacts): string {
  return loaded.gpu === 'cpu' || loaded.gpuLayers === 0
    ? 'CPU'
    : `${loaded.gpuLayers}/${loaded.totalLayers} GPU`;
}

/** What the model takes where most of it lies. */
function footprint({ weights, context }: LoadedFacts): string {
  const vram = weights.vramBytes + context.vramBytes;
  const ram = weights.ramBytes + context.ramBytes;
  return vram >= ram ? `${formatBytes(vram)} VRAM` : `${formatBytes(ram)} RAM`;
}

function activity({ activity: now, lastTokensPerSecond }: ResidentModel): string[] {
  switch (now.kind) {
    case 'prefill':
      return [`prefill ${formatRough(now.done)}/${formatRough(now.total)}`];
    case 'decode':
      return [formatSpeed(now.tokensPerSecond)];
    case 'idle':
      return lastTokensPerSecond === undefined ? ['ready'] : [formatSpeed(lastTokensPerSecond)];
  }
}

function queue({ queue: entries }: HubState): string[] {
  const waiting = entries.filter(({ state }) => state === 'waiting').length;
  return waiting === 0 ? [] : [`queue ${waiting}`];
}

/** Two or three words; the tooltip has the sentence. */
function failureName({ code }: ErrorInfo): string {
  switch (code) {
    case 'out-of-memory':
      return 'out of memory';
    case 'no-room':
      return 'no room';
    case 'worker-ended':
    case 'worker-unresponsive':
      return 'worker ended';
    case 'lora-failed':
      return 'LoRA not loaded';
    default:
      return 'model not loaded';
  }
}
