import * as vscode from 'vscode';
import type { ModelFile } from '../../shared/protocol/models';
import type { HubStatus } from '../connection/hub-store';

export interface MenuItem extends vscode.QuickPickItem {
  command?: string;
}

const SEPARATOR: MenuItem = { label: '', kind: vscode.QuickPickItemKind.Separator };

/** What can be done now. */
export function menuItems(hub: HubStatus, active: ModelFile | undefined): MenuItem[] {
  const logs: MenuItem[] = [
    { label: '$(output) Show Logs', command: 'hearth.showLogs' },
    { label: '$(settings-gear) Open Settings', command: 'hearth.openSettings' },
  ];
  if (hub.kind !== 'connected') {
    const retry: MenuItem[] =
      hub.kind === 'failed'
        ? [{ label: '$(refresh) Reconnect', detail: hub.error.message, command: 'hearth.reconnect' }]
        : [];
    return [...retry, ...logs];
  }
  const { models } = hub.state;
  const isLoading = models.some(({ status }) => status.kind === 'loading');
  const model: MenuItem[] = isLoading
    ? [{ label: '$(debug-stop) Cancel Loading', command: 'hearth.cancelLoad' }]
    : [
        {
          label: models.length > 0 ? '$(refresh) Reload Model' : '$(play) Load Model',
          command: 'hearth.reloadModel',
        },
        ...(models.length > 0
          ? [
              { label: '$(pin) Keep Model in Memory…', command: 'hearth.keepModel' },
              { label: '$(debug-stop) Unload Model', command: 'hearth.unloadModel' },
            ]
          : []),
      ];
  return [
    { label: '$(comment-discussion) Focus Chat', command: 'hearth.focusChat' },
    { label: '$(add) New Chat', command: 'hearth.newChat' },
    { label: '$(history) Show Chats', command: 'hearth.showChats' },
    SEPARATOR,
    {
      label: '$(arrow-swap) Switch Model…',
      ...(active === undefined ? {} : { description: active.name }),
      command: 'hearth.switchModel',
    },
    ...model,
    ...(hub.state.queue.length === 0
      ? []
      : [{ label: '$(list-ordered) Show Queue', command: 'hearth.showQueue' }]),
    SEPARATOR,
    { label: '$(dashboard) Show Hardware', command: 'hearth.showHardware' },
    { label: '$(checklist) Plan a Model…', command: 'hearth.planModel' },
    SEPARATOR,
    ...logs,
    { label: '$(stop-circle) Stop Everything', command: 'hearth.stopEverything' },
  ];
}
