/** The hardware panel in the editor area: at most one, a page with a way in and a way out. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { chatHtml } from '../chat/chat-html';
import type { HardwareController } from './hardware-controller';

export const HARDWARE_PANEL = 'hearth.hardware';

export class HardwarePanel implements Disposable {
  private panel: vscode.WebviewPanel | undefined;

  constructor(
    private readonly controller: HardwareController,
    private readonly extensionUri: vscode.Uri,
  ) {}

  show(): void {
    if (this.panel !== undefined) {
      this.panel.reveal();
      return;
    }
    this.adopt(
      vscode.window.createWebviewPanel(HARDWARE_PANEL, 'Hearth Hardware', vscode.ViewColumn.Active, {}),
    );
  }

  /** Fills a panel: a new one, or one that VS Code brings back after the window was reloaded. */
  adopt(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    const folder = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.png');
    const owned = new DisposableStore();
    owned.add(this.controller.connectView((message) => void webview.postMessage(message)));
    owned.add(webview.onDidReceiveMessage((message: unknown) => void this.controller.receive(message)));
    owned.add(panel.onDidChangeViewState(() => this.controller.setVisible(panel.visible)));
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      owned.dispose();
    });
    this.controller.setVisible(panel.visible);
    const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    webview.html = chatHtml({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      scriptUri: uri('hardware.js'),
      styleUris: [uri('hardware.css')],
    });
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
