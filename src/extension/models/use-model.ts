/** Makes a model the one that answers, and loads it. */
import type { ResidentModel } from '../../shared/protocol/models';
import { UpdateSettings, type LoadSettings } from '../../shared/protocol/settings';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import { changeSettings, chooseModel, readHubSettings } from '../settings/read-settings';
import { loadWithProgress } from './load-with-progress';

/** Settings below `hearth.`; null leaves it to the load. */
export type LoadChanges = Partial<Omit<LoadSettings, 'contextSize' | 'gpuLayers'>> & {
  contextSize?: number | null;
  gpuLayers?: number | null;
};

/**
 * @param settings load settings that are changed first, for good
 * @throws HearthError why it did not load; `cancelled` when the user did
 */
export async function useModel(
  deps: { hub: Hub; store: HubStore },
  model: { path: string; name: string },
  settings: LoadChanges = {},
): Promise<ResidentModel> {
  await chooseModel(model.path);
  if (Object.keys(settings).length > 0) {
    await changeSettings(settings);
    // The hub hears of a change a moment after VS Code; the load must not be quicker.
    await deps.hub.request(UpdateSettings, readHubSettings());
  }
  return loadWithProgress(deps, model, 'choose');
}
