/** Which models there are: the bundled ones, those in the user's folders, and files that were added. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HearthError } from '../../shared/protocol/errors';
import type { ModelFile } from '../../shared/protocol/models';
import type { SettingsStore } from '../storage/settings-store';
import { describeModel, isLaterPart, partPaths } from './model-file';

/** Folders below a model folder are searched too, as model hubs lay them out. */
const DEPTH = 3;

export class ModelRegistry {
  private readonly cache = new Map<string, { key: string; file: ModelFile }>();

  constructor(
    private readonly settings: SettingsStore,
    private readonly bundledFolder: string,
    private readonly ownFolder: string,
    private readonly log: (line: string) => void,
  ) {}

  async list(): Promise<ModelFile[]> {
    const { modelFolders, modelFiles, activeModel } = this.settings.current;
    const sources: [string, ModelFile['source']][] = [];
    for (const path of await this.search(this.bundledFolder)) sources.push([path, 'bundled']);
    for (const folder of [this.ownFolder, ...modelFolders]) {
      for (const path of await this.search(resolve(folder))) sources.push([path, 'folder']);
    }
    for (const path of modelFiles) sources.push([resolve(path), 'added']);
    if (activeModel !== undefined && activeModel !== '') sources.push([resolve(activeModel), 'added']);
    const files = new Map<string, ModelFile>();
    for (const [path, source] of sources) {
      if (!files.has(path)) files.set(path, await this.describe(path, source));
    }
    // Adapters, vocabularies and projectors lie in the same folders; only what the user added must explain itself.
    return [...files.values()].filter(
      (file) => file.source === 'added' || file.error?.code !== 'model-unsupported',
    );
  }

  /** Remembers the file; answers with what its header says, also when that is an error. */
  async add(path: string): Promise<ModelFile> {
    const file = await this.describe(resolve(path), 'added');
    const { modelFiles } = this.settings.current;
    if (file.facts !== undefined && !modelFiles.includes(file.path)) {
      await this.settings.update({ modelFiles: [...modelFiles, file.path] });
    }
    return file;
  }

  /**
   * The model that chats use.
   * @throws HearthError `no-model` when none is configured and none bundled
   */
  async active(): Promise<string> {
    const { activeModel } = this.settings.current;
    if (activeModel !== undefined && activeModel !== '') return resolve(activeModel);
    for (const path of await this.search(this.bundledFolder)) {
      // An adapter lies beside the model.
      if ((await this.describe(path, 'bundled')).facts !== undefined) return path;
    }
    throw new HearthError(
      'no-model',
      'No model is configured.',
      'Add a GGUF file with "Hearth: Add Model File…", or a folder of them in "hearth.modelFolders".',
    );
  }

  private async describe(path: string, source: ModelFile['source']): Promise<ModelFile> {
    const key = await cacheKey(path);
    const cached = this.cache.get(path);
    if (key !== undefined && cached?.key === key) return { ...cached.file, source };
    const file = await describeModel(path, source);
    if (key !== undefined && isAboutContent(file)) this.cache.set(path, { key, file });
    return file;
  }

  private async search(folder: string, depth = DEPTH): Promise<string[]> {
    const found: string[] = [];
    try {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && depth > 0) found.push(...(await this.search(path, depth - 1)));
        else if (/\.gguf$/i.test(entry.name) && !isLaterPart(path)) found.push(path);
      }
    } catch (error) {
      if (depth === DEPTH && folder !== this.ownFolder && folder !== this.bundledFolder) {
        this.log(
          `model folder ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    return found.sort();
  }
}

/** Changes with every part of the model; undefined while one is missing. */
async function cacheKey(path: string): Promise<string | undefined> {
  const keys: string[] = [];
  try {
    for (const part of partPaths(path)) {
      const { size, mtimeMs } = await stat(part);
      keys.push(`${size}:${mtimeMs}`);
    }
  } catch {
    return undefined; // describeModel says in words what is wrong with it.
  }
  return keys.join(' ');
}

/** A permission can change without a trace in the file. */
function isAboutContent({ error }: ModelFile): boolean {
  return error?.code !== 'model-unreadable';
}
