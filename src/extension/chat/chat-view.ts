/** The chat view in the activity bar: a page, a way in and a way out. What it shows is the controller's. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../../shared/util/disposable';
import type { ChatController } from './chat-controller';
import { chatHtml } from './chat-html';

export const CHAT_VIEW = 'hearth.chat';

export function registerChatView(controller: ChatController, extensionUri: vscode.Uri): Disposable {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(view) {
      const { webview } = view;
      webview.options = { enableScripts: true, localResourceRoots: [folder] };
      const connection = controller.connectView((message) => void webview.postMessage(message));
      const messages = webview.onDidReceiveMessage((message: unknown) => controller.receive(message));
      view.onDidDispose(() => {
        messages.dispose();
        connection.dispose();
      });
      const uri = (name: string): string =>
        webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
      webview.html = chatHtml({
        nonce: randomBytes(16).toString('base64url'),
        cspSource: webview.cspSource,
        scriptUri: uri('chat.js'),
        styleUris: [uri('chat.css')],
      });
    },
  };
  return vscode.window.registerWebviewViewProvider(CHAT_VIEW, provider, {
    // The view can be told everything anew, but its scroll position and a half-written message live in the page.
    webviewOptions: { retainContextWhenHidden: true },
  });
}
