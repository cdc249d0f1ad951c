/** The user's settings, kept on disk so that the CLI and every window agree. */
import { rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { HubSettings } from '../../shared/protocol/settings';
import { Emitter } from '../../shared/util/emitter';
import { DEFAULT_HARMONY_SYSTEM } from '../../shared/util/system-message';
import { makePrivateFolder, readIfThere, writeAtomic } from './atomic-file';
import type { HearthPaths } from './hearth-paths';

const VERSION = 1;

export const DEFAULT_SETTINGS: HubSettings = {
  modelFolders: [],
  modelFiles: [],
  load: {
    gpu: 'auto',
    gpuLayers: 'auto',
    contextSize: 'auto',
    sequences: 1,
    batchSize: 512,
    flashAttention: true,
    threads: 'auto',
    loras: [],
  },
  conversation: {
    system: DEFAULT_HARMONY_SYSTEM,
    instructions: '',
    effort: 'medium',
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
  },
  keepAliveMinutes: 30,
  maxLoadedModels: 1,
};

export class SettingsStore {
  private readonly changed = new Emitter<HubSettings>();
  readonly onDidChange = this.changed.event;

  private constructor(
    private readonly path: string,
    private settings: HubSettings,
  ) {}

  /** A file that cannot be read is set aside; the defaults apply then. */
  static async open(paths: HearthPaths, log: (line: string) => void): Promise<SettingsStore> {
    const text = await readIfThere(paths.settings);
    if (text === undefined) return new SettingsStore(paths.settings, DEFAULT_SETTINGS);
    const stored = parse(text);
    if (stored !== undefined) return new SettingsStore(paths.settings, withDefaults(stored));
    await makePrivateFolder(paths.damaged);
    const aside = join(paths.damaged, `settings-${Date.now()}.json`);
    await rename(paths.settings, aside);
    log(`the settings could not be read and were moved to ${aside}; the defaults apply`);
    return new SettingsStore(paths.settings, DEFAULT_SETTINGS);
  }

  get current(): HubSettings {
    return this.settings;
  }

  async update(patch: Partial<HubSettings>): Promise<HubSettings> {
    const next = withDefaults({ ...this.settings, ...patch });
    if (JSON.stringify(next) === JSON.stringify(this.settings)) return this.settings;
    this.settings = next;
    this.changed.fire(next);
    await writeAtomic(this.path, `${JSON.stringify({ version: VERSION, settings: next }, null, 2)}\n`);
    return next;
  }
}

function parse(text: string): Partial<HubSettings> | undefined {
  try {
    const value = JSON.parse(text) as { version?: unknown; settings?: unknown };
    return typeof value.settings === 'object' && value.settings !== null ? value.settings : undefined;
  } catch {
    return undefined;
  }
}

/** Fields that an older version did not know get their defaults; out-of-range figures are brought into range. */
function withDefaults(stored: Partial<HubSettings>): HubSettings {
  const load = { ...DEFAULT_SETTINGS.load, ...stored.load };
  const conversation = { ...DEFAULT_SETTINGS.conversation, ...stored.conversation };
  return {
    ...DEFAULT_SETTINGS,
    ...stored,
    load: {
      ...load,
      sequences: within(load.sequences, 1, 64),
      batchSize: within(load.batchSize, 32, 16_384),
      threads: load.threads === 'auto' ? 'auto' : within(load.threads, 1, availableParallelism()),
    },
    conversation: {
      ...conversation,
      sampling: { ...DEFAULT_SETTINGS.conversation.sampling, ...conversation.sampling },
    },
    maxLoadedModels: within(stored.maxLoadedModels ?? 1, 1, 16),
  };
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(value)));
}
