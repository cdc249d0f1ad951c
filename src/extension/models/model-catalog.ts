/** The list of model files, read anew when the hub or the settings that decide it change. */
import { modelOffers } from '../../planner/model-offers';
import { ListModels, ReadMachine, type ModelFile } from '../../shared/protocol/models';
import type { ModelOffer } from '../../shared/protocol/webview';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import { activeFile } from './active-model';

export class ModelCatalog implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly changed = this.subscriptions.add(new Emitter<void>());
  readonly onDidChange = this.changed.event;
  private current: ModelFile[] = [];
  private currentOffers: readonly ModelOffer[] | undefined;
  private machineWasAsked = false;
  private listedFor = '';

  constructor(
    private readonly hub: Hub,
    private readonly store: HubStore,
    private readonly onError: (error: unknown) => void,
  ) {
    this.subscriptions.add(store.onDidChange(() => this.follow()));
    this.follow();
  }

  /** As last listed; empty before the first answer. */
  get files(): readonly ModelFile[] {
    return this.current;
  }

  get active(): ModelFile | undefined {
    return activeFile(this.current, this.store.state);
  }

  /** Real models, while only the demo is there. The machine is read when somebody looks; until then, their sizes. */
  get offers(): readonly ModelOffer[] | undefined {
    if (!this.demoModelOnly) return undefined;
    if (!this.machineWasAsked) {
      this.machineWasAsked = true;
      this.judgeOffers().catch((error: unknown) => this.onError(error));
    }
    this.currentOffers ??= modelOffers(undefined);
    return this.currentOffers;
  }

  /** True while nothing but the bundled demo model is there. */
  get demoModelOnly(): boolean {
    return this.current.length > 0 && this.current.every((file) => file.source === 'bundled');
  }

  /** @throws HearthError when the hub cannot say. */
  async refresh(): Promise<readonly ModelFile[]> {
    this.current = await this.hub.request(ListModels, null);
    this.changed.fire();
    return this.current;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async judgeOffers(): Promise<void> {
    this.currentOffers = modelOffers(await this.hub.request(ReadMachine, null));
    this.changed.fire();
  }

  private follow(): void {
    const settings = this.store.state?.settings;
    const key =
      settings === undefined
        ? ''
        : JSON.stringify([settings.modelFolders, settings.modelFiles, settings.activeModel]);
    if (key === this.listedFor) return;
    this.listedFor = key;
    if (key !== '') this.refresh().catch((error: unknown) => this.onError(error));
  }
}
