/** The user's settings, kept on disk so that the CLI and every window agree. */
import { rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { KV_TYPES } from '../../shared/protocol/plan';
import { MAKE_ROOM, MMAP_CHOICES, type HubSettings, type ModelKeep } from '../../shared/protocol/settings';
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
    kvCacheType: 'f16',
    useMmap: 'auto',
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
  idleMinutes: null,
  keep: {},
  maxLoadedModels: 1,
  makeRoom: 'ask',
};

export class SettingsStore {
  private readonly changed = new Emitter<HubSettings>();
  readonly onDidChange = this.changed.event;

  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private settings: HubSettings,
    /** What the file says. */
    private stored: string | undefined,
  ) {}

  /** A file that cannot be read is set aside; the defaults apply then. */
  static async open(paths: HearthPaths, log: (line: string) => void): Promise<SettingsStore> {
    const text = await readIfThere(paths.settings);
    if (text === undefined) return new SettingsStore(paths.settings, DEFAULT_SETTINGS, undefined);
    const stored = parse(text);
    if (stored !== undefined) return new SettingsStore(paths.settings, withDefaults(stored), text);
    await makePrivateFolder(paths.damaged);
    const aside = join(paths.damaged, `settings-${Date.now()}.json`);
    await rename(paths.settings, aside);
    log(`the settings could not be read and were moved to ${aside}; the defaults apply`);
    return new SettingsStore(paths.settings, DEFAULT_SETTINGS, undefined);
  }

  get current(): HubSettings {
    return this.settings;
  }

  async update(patch: Partial<HubSettings>): Promise<HubSettings> {
    const next = withDefaults({ ...this.settings, ...patch });
    if (JSON.stringify(next) !== JSON.stringify(this.settings)) {
      this.settings = next;
      this.changed.fire(next);
    }
    await this.save();
    return next;
  }

  /** One write after the other, so that the last one is the newest; what the file has already is not written. */
  private save(): Promise<void> {
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        const text = `${JSON.stringify({ version: VERSION, settings: this.settings }, null, 2)}\n`;
        if (text === this.stored) return;
        await writeAtomic(this.path, text);
        this.stored = text;
      });
    return this.writing;
  }
}

/** Undefined for what is damaged, or was written by a later version and would be cut down by the next write. */
function parse(text: string): Partial<HubSettings> | undefined {
  try {
    const value = JSON.parse(text) as { version?: unknown; settings?: unknown };
    if (typeof value.version === 'number' && value.version > VERSION) return undefined;
    return typeof value.settings === 'object' && value.settings !== null ? value.settings : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fields that an older version did not know get their defaults; out-of-range figures are brought into range, and
 * what is no list or figure at all, in a file that was edited by hand, counts as left out.
 */
function withDefaults(stored: Partial<HubSettings>): HubSettings {
  const { activeModel, ...rest } = stored;
  const load = { ...DEFAULT_SETTINGS.load, ...stored.load };
  const conversation = { ...DEFAULT_SETTINGS.conversation, ...stored.conversation };
  return {
    ...DEFAULT_SETTINGS,
    ...rest,
    ...(typeof activeModel === 'string' && { activeModel }),
    modelFolders: strings(stored.modelFolders),
    modelFiles: strings(stored.modelFiles),
    load: {
      ...load,
      gpuLayers: autoOr(load.gpuLayers, 0, 10_000),
      contextSize: autoOr(load.contextSize, 1, 2 ** 31 - 1),
      sequences: within(load.sequences, 1, 64, DEFAULT_SETTINGS.load.sequences),
      batchSize: within(load.batchSize, 32, 16_384, DEFAULT_SETTINGS.load.batchSize),
      kvCacheType: oneOf(KV_TYPES, load.kvCacheType, 'f16'),
      useMmap: oneOf(MMAP_CHOICES, load.useMmap, 'auto'),
      threads: autoOr(load.threads, 1, availableParallelism()),
      loras: Array.isArray(load.loras) ? load.loras : [],
    },
    conversation: {
      ...conversation,
      sampling: { ...DEFAULT_SETTINGS.conversation.sampling, ...conversation.sampling },
    },
    keepAliveMinutes: isFigure(stored.keepAliveMinutes)
      ? Math.max(0, stored.keepAliveMinutes)
      : DEFAULT_SETTINGS.keepAliveMinutes,
    idleMinutes: isFigure(stored.idleMinutes) ? Math.max(0, stored.idleMinutes) : null,
    keep: keeps(stored.keep),
    maxLoadedModels: within(stored.maxLoadedModels, 1, 16, DEFAULT_SETTINGS.maxLoadedModels),
    makeRoom: oneOf(MAKE_ROOM, stored.makeRoom, 'ask'),
  };
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function within(value: unknown, least: number, most: number, fallback: number): number {
  return isFigure(value) ? Math.min(most, Math.max(least, Math.floor(value))) : fallback;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, fallback: T): T {
  return choices.find((choice) => choice === value) ?? fallback;
}

function autoOr(value: unknown, least: number, most: number): 'auto' | number {
  return isFigure(value) ? within(value, least, most, least) : 'auto';
}

function keeps(value: unknown): Record<string, ModelKeep> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, ModelKeep] => entry[1] === 'pinned' || (isFigure(entry[1]) && entry[1] >= 0),
    ),
  );
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
