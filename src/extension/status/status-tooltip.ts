/** The status bar item's tooltip: a Markdown table of what is measured, then what can be done. */
import type { ResidentModel } from '../../shared/protocol/models';
import type { HubState } from '../../shared/protocol/system';
import type { LoadedFacts, MemoryUse } from '../../shared/protocol/worker';
import { loadFraction } from '../../shared/util/load-fraction';
import { nameOfPath } from '../models/active-model';
import {
  formatCount,
  formatBytes,
  formatParameters,
  formatPercent,
  formatSpeed,
} from '../../shared/util/format';
import { placement, type StatusFacts } from './status-text';

/** The only commands that its links may run. */
export const TOOLTIP_COMMANDS = [
  'hearth.switchModel',
  'hearth.unloadModel',
  'hearth.reloadModel',
  'hearth.cancelLoad',
  'hearth.showLogs',
  'hearth.reconnect',
  'hearth.focusChat',
] as const;

type TooltipCommand = (typeof TOOLTIP_COMMANDS)[number];
type Row = [name: string, value: string];

export function statusTooltip(facts: StatusFacts): string {
  const { hub, machine } = facts;
  const heading = machine === undefined ? '**Hearth**' : `**Hearth** on ${escaped(machine)}`;
  if (hub.kind === 'connecting') return `${heading}\n\nStarting.`;
  if (hub.kind === 'failed') {
    const { message, advice } = hub.error;
    return `${heading}\n\n${escaped(message)} ${escaped(advice)}\n\n${links(['Retry', 'hearth.reconnect'], LOGS)}`;
  }
  return [heading, ...ofModel(facts, hub.state)].join('\n\n');
}

const SWITCH: [string, TooltipCommand] = ['Switch model', 'hearth.switchModel'];
const RELOAD: [string, TooltipCommand] = ['Reload', 'hearth.reloadModel'];
const UNLOAD: [string, TooltipCommand] = ['Unload', 'hearth.unloadModel'];
const CANCEL: [string, TooltipCommand] = ['Cancel', 'hearth.cancelLoad'];
const LOGS: [string, TooltipCommand] = ['Logs', 'hearth.showLogs'];
const CHAT: [string, TooltipCommand] = ['Chat', 'hearth.focusChat'];

function ofModel(facts: StatusFacts, state: HubState): string[] {
  const { model, modelName, fileError, now } = facts;
  if (model === undefined) {
    const name = modelName ?? 'No model';
    const reason =
      fileError === undefined
        ? `${escaped(name)} is not loaded. It loads at the first message.`
        : `${escaped(fileError.message)} ${escaped(fileError.advice)}`;
    return [reason, links(CHAT, ['Load now', 'hearth.reloadModel'], SWITCH, LOGS)];
  }
  const { status } = model;
  switch (status.kind) {
    case 'loading':
      return [
        `Loading ${escaped(model.name)}: ${formatPercent(loadFraction(status.progress))} (${status.progress.phase} ${formatPercent(status.progress.fraction)}).`,
        links(CANCEL, LOGS),
      ];
    case 'failed':
      return [
        `${escaped(status.error.message)} ${escaped(status.error.advice)}`,
        links(RELOAD, SWITCH, LOGS),
      ];
    case 'ready':
      return [
        table([
          ...modelRows(model),
          ...(model.loaded === undefined ? [] : loadedRows(model.loaded)),
          ...(model.memory === undefined ? [] : memoryRows(model.memory)),
          ...workRows(model, state, now),
        ]),
        ...(model.loaded?.warnings ?? []).map((warning) => `$(warning) ${escaped(warning)}`),
        links(CHAT, SWITCH, UNLOAD, RELOAD, LOGS),
      ];
  }
}

function modelRows({ name, file, loras }: ResidentModel): Row[] {
  const adapters = loras.map(({ path, scale }) => `${nameOfPath(path)} × ${scale}`);
  return [
    ['Model', name],
    ...(file === undefined
      ? []
      : [
          [
            'Kind',
            `${file.architecture} · ${formatParameters(file.parameters)} · ${file.quantization}`,
          ] satisfies Row,
        ]),
    ...(adapters.length === 0 ? [] : [['LoRA', adapters.join(', ')] satisfies Row]),
  ];
}

function loadedRows(loaded: LoadedFacts): Row[] {
  const each = loaded.sequences > 1 ? ` × ${loaded.sequences} chats` : '';
  const devices = loaded.deviceNames.length === 0 ? '' : ` · ${loaded.deviceNames.join(', ')}`;
  return [
    [
      'Context',
      `${formatCount(loaded.contextSize)} of ${formatCount(loaded.trainContextSize)} tokens${each}`,
    ],
    ['Layers', `${placement(loaded)}${devices}`],
    ['Weights', places(loaded.weights)],
    ['Context memory', places(loaded.context)],
  ];
}

function places({ vramBytes, ramBytes }: { vramBytes: number; ramBytes: number }): string {
  const parts = [
    ...(vramBytes > 0 ? [`${formatBytes(vramBytes)} VRAM`] : []),
    ...(ramBytes > 0 ? [`${formatBytes(ramBytes)} RAM`] : []),
  ];
  return parts.length === 0 ? '0' : parts.join(' + ');
}

function memoryRows(memory: MemoryUse): Row[] {
  return [
    ...(memory.vramTotalBytes > 0
      ? [['VRAM used', bar(memory.vramUsedBytes, memory.vramTotalBytes)] satisfies Row]
      : []),
    ['RAM used', bar(memory.ramUsedBytes, memory.ramTotalBytes)],
  ];
}

const BAR_LENGTH = 10;

function bar(used: number, total: number): string {
  const full = total === 0 ? 0 : Math.min(BAR_LENGTH, Math.round((used / total) * BAR_LENGTH));
  return `${'█'.repeat(full)}${'░'.repeat(BAR_LENGTH - full)} ${formatBytes(used)} of ${formatBytes(total)}`;
}

function workRows(model: ResidentModel, { queue, settings }: HubState, now: number): Row[] {
  const running = queue.filter(({ state }) => state === 'running').length;
  const waiting = queue.length - running;
  return [
    ...(model.lastTokensPerSecond === undefined
      ? []
      : [['Last answer', formatSpeed(model.lastTokensPerSecond)] satisfies Row]),
    ['Requests', queue.length === 0 ? 'none' : `${running} running, ${waiting} waiting`],
    [
      'Unloads',
      model.unloadAt === undefined
        ? `${minutes(settings.keepAliveMinutes)} after the last window closed`
        : `in ${minutes(Math.max(0, Math.ceil((model.unloadAt - now) / 60_000)))}`,
    ],
  ];
}

function minutes(count: number): string {
  return `${count} min`;
}

function table(rows: Row[]): string {
  return ['| | |', '|:--|:--|', ...rows.map(([name, value]) => `| ${name} | ${escaped(value)} |`)].join('\n');
}

function links(...entries: [string, TooltipCommand][]): string {
  return entries.map(([title, command]) => `[${title}](command:${command})`).join(' · ');
}

/** File names and native messages are shown as they are, never as Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>$~]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
