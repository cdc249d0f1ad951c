/** Loads a model while a notification shows how far it is; cancelling it cancels the load. */
import * as vscode from 'vscode';
import { LoadModel, type ResidentModel } from '../../shared/protocol/models';
import type { LoadProgress } from '../../shared/protocol/worker';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import { formatPercent } from '../../shared/util/format';
import { loadFraction } from '../../shared/util/load-fraction';

const PHASE_NAMES: Record<LoadProgress['phase'], string> = {
  starting: 'starting',
  weights: 'weights',
  context: 'context',
};

const PARAMS = {
  choose: (path: string) => ({ path }),
  reload: () => ({ reload: true }),
  makeRoom: () => ({ makeRoom: true }),
};

/**
 * `choose` makes the model the active one; `reload` loads the active one anew, `makeRoom` beside others, which may
 * be unloaded for it.
 * @throws HearthError why it did not load; `cancelled` when the user did
 */
export async function loadWithProgress(
  { hub, store }: { hub: Hub; store: HubStore },
  model: { path: string; name: string },
  how: 'choose' | 'reload' | 'makeRoom',
): Promise<ResidentModel> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Loading ${model.name}`, cancellable: true },
    async (progress, token) => {
      const stopping = new AbortController();
      let shown = 0;
      const follow = (): void => {
        const status = store.state?.models.find(({ path }) => path === model.path)?.status;
        if (status?.kind !== 'loading') return;
        const now = loadFraction(status.progress) * 100;
        progress.report({
          increment: Math.max(0, now - shown),
          message: `${PHASE_NAMES[status.progress.phase]} ${formatPercent(status.progress.fraction)}`,
        });
        shown = Math.max(shown, now);
      };
      const changes = store.onDidChange(follow);
      const cancellation = token.onCancellationRequested(() => stopping.abort());
      try {
        return await hub.request(LoadModel, PARAMS[how](model.path), stopping.signal);
      } finally {
        changes.dispose();
        cancellation.dispose();
      }
    },
  );
}
