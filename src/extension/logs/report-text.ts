/** What "Hearth: Report" puts together for whoever looks into a problem. Pure. */
import type { ErrorInfo } from '../../shared/protocol/errors';
import type { HardwareSnapshot } from '../../shared/protocol/hardware';
import type { ResidentModel } from '../../shared/protocol/models';
import type { HubState } from '../../shared/protocol/system';
import { formatBytes, formatFileSize } from '../../shared/util/format';
import { comparison } from '../../shared/util/planned-use';

export interface ReportFacts {
  /** Name and version, in order. */
  versions: [name: string, version: string][];
  /** CPU, memory and so on, in order. */
  hardware: [name: string, value: string][];
  hub: { kind: 'connected'; state: HubState } | { kind: 'connecting' } | { kind: 'failed'; error: ErrorInfo };
  /** The last lines of each log. */
  logs: { name: string; text: string }[];
  /** Folders whose names tell who the user is, longest first, and what stands for them. */
  folders: [path: string, replacement: string][];
}

/** Markdown. Texts of chats are never in it: they are not in the logs, and the prompt settings are left out. */
export function reportText(facts: ReportFacts): string {
  const parts = [
    '# Hearth report',
    'Read it before you pass it on. It has no chats, no prompts and no tokens; paths are shortened.',
    section('Versions', facts.versions),
    section('Machine', facts.hardware),
    `## Hub\n\n${hubText(facts.hub)}`,
    ...facts.logs.map(({ name, text }) => `## ${name}\n\n${fenced(text.trimEnd())}`),
  ];
  return `${withoutSecrets(parts.join('\n\n'), facts.folders)}\n`;
}

/** Takes out what names the user or opens anything. */
export function withoutSecrets(
  text: string,
  folders: readonly [path: string, replacement: string][],
): string {
  let out = text;
  for (const [path, replacement] of folders) if (path.length > 1) out = out.replaceAll(path, replacement);
  return out
    .replace(/\b[0-9a-f]{40,}\b/gi, '(removed)')
    .replace(/\b(hf_|sk-|ghp_|github_pat_)[\w-]{8,}/g, '(removed)')
    .replace(
      /((?:token|secret|password|api[_-]?key|authorization)["']?\s*[:=]\s*)(?:Bearer\s+)?\S+/gi,
      '$1(removed)',
    );
}

function section(title: string, rows: readonly [string, string][]): string {
  return [`## ${title}`, '', ...rows.map(([name, value]) => `- ${name}: ${value}`)].join('\n');
}

function hubText(hub: ReportFacts['hub']): string {
  if (hub.kind === 'connecting') return 'Starting.';
  if (hub.kind === 'failed') return errorText(hub.error);
  const { models, queue, settings } = hub.state;
  return [
    models.length === 0 ? 'No model is in memory.' : models.map(modelText).join('\n\n'),
    `Queue: ${queue.filter(({ state }) => state === 'running').length} running, ${queue.filter(({ state }) => state === 'waiting').length} waiting.`,
    'Load settings:',
    fenced(
      JSON.stringify(
        {
          ...settings.load,
          keepAliveMinutes: settings.keepAliveMinutes,
          idleMinutes: settings.idleMinutes,
          maxLoadedModels: settings.maxLoadedModels,
        },
        null,
        2,
      ),
      'json',
    ),
  ].join('\n\n');
}

function modelText(model: ResidentModel): string {
  const { file, loaded, memory, status, restart, planned, taken } = model;
  const rows: string[] = [`- Model: ${model.path}`];
  if (file !== undefined)
    rows.push(`- Kind: ${file.architecture}, ${file.quantization}, ${file.parameters} parameters`);
  rows.push(`- State: ${status.kind}${status.kind === 'failed' ? `: ${errorText(status.error)}` : ''}`);
  if (loaded !== undefined) {
    const {
      gpu,
      deviceNames,
      gpuLayers,
      totalLayers,
      contextSize,
      sequences,
      flashAttention,
      weights,
      context,
    } = loaded;
    rows.push(
      `- Device: ${[gpu, ...deviceNames].join(', ')}`,
      `- Layers on the GPU: ${gpuLayers} of ${totalLayers}`,
      `- Context: ${contextSize} tokens, ${sequences} sequences, flash attention ${flashAttention ? 'on' : 'off'}, KV cache in ${loaded.kvCacheType ?? 'f16'}`,
      `- Weights mapped from the file: ${loaded.useMmap === undefined ? 'unknown' : loaded.useMmap ? 'yes' : 'no'}`,
      `- Weights: ${formatBytes(weights.vramBytes)} VRAM, ${formatBytes(weights.ramBytes)} RAM`,
      `- Context memory: ${formatBytes(context.vramBytes)} VRAM, ${formatBytes(context.ramBytes)} RAM`,
      ...loaded.warnings.map((warning) => `- Warning: ${warning}`),
    );
  }
  if (memory !== undefined) {
    rows.push(
      `- Memory in use: ${memory.vramTotalBytes === 0 ? '' : `${formatBytes(memory.vramUsedBytes)} of ${formatBytes(memory.vramTotalBytes)} VRAM, `}${formatBytes(memory.ramUsedBytes)} of ${formatBytes(memory.ramTotalBytes)} RAM`,
    );
  }
  if (planned !== undefined) {
    const plan = `${formatBytes(planned.totalVramBytes)} VRAM, ${formatBytes(planned.totalRamBytes)} RAM (${planned.basis})`;
    rows.push(`- Plan: ${plan}${taken === undefined ? '' : `; ${comparison(planned, taken)}`}`);
  }
  if (restart !== undefined)
    rows.push(`- Loaded again: ${new Date(restart.at).toISOString()}: ${errorText(restart.error)}`);
  return rows.join('\n');
}

function errorText({ code, message, details }: ErrorInfo): string {
  return [`${message} [${code}]`, ...(details === undefined || details === '' ? [] : [fenced(details)])].join(
    '\n\n',
  );
}

/** A fence longer than any in the text. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * The parts of the machine that every report has. Sizes in bytes.
 * @param seen what the hub sees of it, or why it does not
 */
export function hardwareRows(
  machine: {
    platform: string;
    cpu: string;
    cores: number;
    ramBytes: number;
    diskFreeBytes: number | undefined;
  },
  seen: Pick<HardwareSnapshot, 'gpus' | 'notes'> | { unseen: string },
): [string, string][] {
  return [
    ['System', machine.platform],
    ['CPU', `${machine.cpu}, ${machine.cores} threads`],
    ['RAM', formatBytes(machine.ramBytes)],
    ...(machine.diskFreeBytes === undefined
      ? []
      : [['Free disk space', formatFileSize(machine.diskFreeBytes)] satisfies [string, string]]),
    ...('unseen' in seen ? [['GPU', seen.unseen] satisfies [string, string]] : gpuRows(seen)),
  ];
}

function gpuRows({ gpus, notes }: Pick<HardwareSnapshot, 'gpus' | 'notes'>): [string, string][] {
  const rows = gpus.map(({ name, memory, driver }): [string, string] => {
    const used = memory.usedBytes === undefined ? '' : `${formatBytes(memory.usedBytes)} of `;
    const version = driver === undefined ? '' : `, driver ${driver}`;
    return ['GPU', `${name}, ${used}${formatBytes(memory.totalBytes)} VRAM${version}`];
  });
  if (rows.length === 0) rows.push(['GPU', 'none that Hearth can use']);
  return [...rows, ...notes.map((note): [string, string] => ['Note', note])];
}
