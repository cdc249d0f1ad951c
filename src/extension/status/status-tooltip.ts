/** The status bar item's tooltip: a Markdown table of what is measured, then what can be done. */
import type { ErrorCode } from '../../shared/protocol/errors';
import type { ResidentModel } from '../../shared/protocol/models';
import type { HubSettings } from '../../shared/protocol/settings';
import type { HubState } from '../../shared/protocol/system';
import type { LoadedFacts, MemoryUse } from '../../shared/protocol/worker';
import { loadFraction } from '../../shared/util/load-fraction';
import { nameOfPath } from '../models/active-model';
import { settingsRule } from '../models/keep-choices';
import {
  formatCount,
  formatBytes,
  formatParameters,
  formatPercent,
  formatSpeed,
} from '../../shared/util/format';
import { comparison } from '../../shared/util/planned-use';
import { placement, type StatusFacts } from './status-text';

/** The only commands that its links may run. */
export const TOOLTIP_COMMANDS = [
  'hearth.switchModel',
  'hearth.keepModel',
  'hearth.unloadModel',
  'hearth.reloadModel',
  'hearth.reloadWithLess',
  'hearth.makeRoom',
  'hearth.cancelLoad',
  'hearth.showQueue',
  'hearth.showHardware',
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
const LESS: [string, TooltipCommand] = ['Reload with less', 'hearth.reloadWithLess'];
const MAKE_ROOM: [string, TooltipCommand] = ['Unload and load', 'hearth.makeRoom'];
const KEEP: [string, TooltipCommand] = ['Keep…', 'hearth.keepModel'];
const UNLOAD: [string, TooltipCommand] = ['Unload', 'hearth.unloadModel'];
const CANCEL: [string, TooltipCommand] = ['Cancel', 'hearth.cancelLoad'];
const LOGS: [string, TooltipCommand] = ['Logs', 'hearth.showLogs'];
const HARDWARE: [string, TooltipCommand] = ['Hardware', 'hearth.showHardware'];
const QUEUE: [string, TooltipCommand] = ['Queue', 'hearth.showQueue'];
const CHAT: [string, TooltipCommand] = ['Chat', 'hearth.focusChat'];

function ofModel(facts: StatusFacts, state: HubState): string[] {
  const { model, modelName, fileError, now } = facts;
  if (model === undefined) {
    const name = modelName ?? 'No model';
    const reason =
      fileError === undefined
        ? `${escaped(name)} is not loaded. It loads at the first message.`
        : `${escaped(fileError.message)} ${escaped(fileError.advice)}`;
    return [reason, links(CHAT, ['Load now', 'hearth.reloadModel'], SWITCH, HARDWARE, LOGS)];
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
        [
          status.error.message,
          status.retryAt === undefined ? status.error.advice : retryText(status.retryAt, now),
        ]
          .map(escaped)
          .join(' '),
        links(...wayOut(status.error.code), RELOAD, SWITCH, LOGS),
      ];
    case 'ready':
      return [
        table([
          ...modelRows(model),
          ...(model.loaded === undefined ? [] : loadedRows(model.loaded)),
          ...comparisonRows(model),
          ...(model.memory === undefined ? [] : memoryRows(model.memory)),
          ...workRows(model, state, now),
        ]),
        ...(model.loaded?.warnings ?? []).map((warning) => `$(warning) ${escaped(warning)}`),
        links(
          CHAT,
          ...(state.queue.length === 0 ? [] : [QUEUE]),
          SWITCH,
          KEEP,
          UNLOAD,
          RELOAD,
          HARDWARE,
          LOGS,
        ),
      ];
  }
}

/** What most likely helps. */
function wayOut(code: ErrorCode): [string, TooltipCommand][] {
  if (code === 'no-room') return [MAKE_ROOM];
  return code === 'out-of-memory' ? [LESS] : [];
}

function retryText(retryAt: number, now: number): string {
  const seconds = Math.ceil((retryAt - now) / 1_000);
  return seconds > 0 ? `It is loaded again in ${seconds} s.` : 'It is being loaded again.';
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

/** What was planned for weights, KV cache and compute buffers, and what they took. */
function comparisonRows({ planned, taken }: ResidentModel): Row[] {
  if (planned === undefined || taken === undefined) return [];
  return [
    ['Memory', `${comparison(planned, taken)} (${planned.basis})`],
    ...(planned.tokensPerSecond === undefined
      ? []
      : [['Usual speed', `${formatSpeed(planned.tokensPerSecond)} (measured)`] satisfies Row]),
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
    ['Unloads', unloads(model, settings, now)],
    ...(model.restart === undefined
      ? []
      : [['Loaded again', `${clock(model.restart.at)}: ${model.restart.error.message}`] satisfies Row]),
  ];
}

function unloads({ keep, unloadAt }: ResidentModel, settings: HubSettings, now: number): string {
  if (keep === 'pinned') return 'never: it is pinned';
  if (unloadAt !== undefined) return `in ${minutes(Math.max(0, Math.ceil((unloadAt - now) / 60_000)))}`;
  return settingsRule({ ...settings, idleMinutes: keep ?? settings.idleMinutes });
}

/** 14:02 */
function clock(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
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
