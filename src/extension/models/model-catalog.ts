/** The list of model files, read anew when the hub or the settings that decide it change. */
import { ListModels, ReadMachine, type ModelFile } from '../../shared/protocol/models';
import type { MachineFacts } from '../../shared/protocol/worker';
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
  private currentMachine: MachineFacts | undefined;
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

  /** Asked for when somebody looks and only the demo model is there: it decides which real ones to offer. */
  get machine(): MachineFacts | undefined {
    if (this.demoModelOnly && !this.machineWasAsked) {
      this.machineWasAsked = true;
      this.readMachine().catch((error: unknown) => this.onError(error));
    }
    return this.currentMachine;
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

  private async readMachine(): Promise<void> {
    this.currentMachine = await this.hub.request(ReadMachine, null);
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
