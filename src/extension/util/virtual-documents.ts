/** Read-only documents that exist only as long as an editor shows them: one side of a diff. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';

export class VirtualDocuments implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly texts = new Map<string, string>();
  private count = 0;

  constructor(private readonly scheme: string) {
    this.subscriptions.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        provideTextDocumentContent: (uri) => this.texts.get(uri.toString()),
      }),
    );
    this.subscriptions.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    );
  }

  /** @param like the file whose name, and so whose language, the document gets. */
  add(text: string, like: vscode.Uri): vscode.Uri {
    const uri = vscode.Uri.from({
      scheme: this.scheme,
      path: like.path.startsWith('/') ? like.path : `/${like.path}`,
      query: String(++this.count),
    });
    this.texts.set(uri.toString(), text);
    return uri;
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.texts.clear();
  }
}
