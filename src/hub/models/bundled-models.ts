/** The models that come with Hearth lie in the runtime, and so elsewhere with every version. */
import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { HubSettings } from '../../shared/protocol/settings';

const MODELS = 'models';

export class BundledModels {
  readonly folder: string;

  /**
   * @param distFolder where `hub.js` lies; the models' folder lies beside it
   * @param runtimes the folder of all runtimes of the home
   */
  constructor(
    distFolder: string,
    private readonly runtimes: string,
  ) {
    this.folder = join(distFolder, '..', MODELS);
  }

  /** Where a bundled model of another version lies in this one; any other path as it is. It need not exist. */
  current(path: string): string {
    const below = relative(this.runtimes, path);
    const [runtime, folder, ...rest] = below.split(sep);
    if (runtime === '..' || isAbsolute(below) || folder !== MODELS) return path;
    return join(this.folder, ...rest);
  }

  /** The same with everything in the settings that names a file. */
  inSettings(patch: Partial<HubSettings>): Partial<HubSettings> {
    const { activeModel, keep, load } = patch;
    return {
      ...patch,
      ...(activeModel !== undefined && activeModel !== '' && { activeModel: this.chosen(activeModel) }),
      ...(keep !== undefined && {
        keep: Object.fromEntries(Object.entries(keep).map(([path, how]) => [this.current(path), how])),
      }),
      ...(load !== undefined && {
        load: { ...load, loras: load.loras.map((lora) => ({ ...lora, path: this.current(lora.path) })) },
      }),
    };
  }

  /** A model that this version no longer has gives way to the one that it has instead. */
  private chosen(path: string): string {
    const current = this.current(path);
    return current === path || existsSync(current) ? current : '';
  }
}
