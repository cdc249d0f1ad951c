/** Loading by hand: through the same queue as every answer, so that only an explicit reload cuts one off. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { HearthError } from '../../shared/protocol/errors';
import type { ResidentModel } from '../../shared/protocol/models';
import type { LoraAdapter } from '../../shared/protocol/settings';
import { modelName } from '../models/model-file';
import type { ModelRegistry } from '../models/model-registry';
import { CancelledInQueue, type Scheduler } from '../scheduler/scheduler';
import type { SettingsStore } from '../storage/settings-store';
import type { ModelHost } from './model-host';

export class LoadModelCommand {
  constructor(
    private readonly settings: SettingsStore,
    private readonly registry: ModelRegistry,
    private readonly scheduler: Scheduler,
    private readonly host: ModelHost,
  ) {}

  /**
   * Makes a model the active one and loads it. Aborting cancels the load.
   * @throws HearthError why it could not be loaded
   */
  async run(
    params: { path?: string; loras?: LoraAdapter[]; reload?: boolean; makeRoom?: boolean },
    signal: AbortSignal,
  ): Promise<ResidentModel> {
    if (params.path !== undefined) await this.settings.update({ activeModel: resolve(params.path) });
    const path = await this.registry.active();
    if (params.reload === true) await this.host.unload(path, true);
    return this.load(path, params.loras, signal, params.makeRoom);
  }

  /** Resolves when the model is ready; a resident one is ready at once. */
  async load(
    path: string,
    loras?: LoraAdapter[],
    signal: AbortSignal = new AbortController().signal,
    makeRoom = false,
  ): Promise<ResidentModel> {
    const { host } = this;
    const need = { path, loras, lane: 'small' as const, since: host.tick(), upToDate: true, makeRoom };
    try {
      return await this.scheduler.run(
        {
          id: randomUUID(),
          label: `Load ${modelName(path)}`,
          priority: 'chat',
          modelPath: path,
          isLoad: true,
          admit: () => host.admit(need),
        },
        signal,
        () => undefined,
        () => Promise.resolve(this.loaded(path)),
      );
    } catch (error) {
      // By its own window or in the queue.
      if (error instanceof CancelledInQueue) host.cancelLoad(path);
      throw error;
    }
  }

  private loaded(path: string): ResidentModel {
    const model = this.host.find(path);
    if (model === undefined)
      throw new HearthError('no-model', 'The model was unloaded again.', 'Load it again.');
    return model;
  }
}
