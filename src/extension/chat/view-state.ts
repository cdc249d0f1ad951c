/** The small state around the thread, as the view wants it. */
import type { ModelFile } from '../../shared/protocol/models';
import type { ModelOffer, ViewState } from '../../shared/protocol/webview';
import type { HubStatus } from '../connection/hub-store';

export interface ModelFacts {
  active: ModelFile | undefined;
  demoModelOnly: boolean;
  offers: readonly ModelOffer[] | undefined;
}

export function viewState(status: HubStatus, { active, demoModelOnly, offers }: ModelFacts): ViewState {
  return {
    hub: status.kind === 'connected' ? { kind: 'connected' } : status,
    models: status.kind === 'connected' ? status.state.models : [],
    queue: status.kind === 'connected' ? status.state.queue : [],
    demoModelOnly,
    ...(active === undefined ? {} : { activeModel: active }),
    ...(offers === undefined ? {} : { offers }),
  };
}
