/** An inline edit in a real editor, with a hub that says what the test wants. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { InlineEdit } from '../../src/extension/inline/inline-edit';
import { HearthError } from '../../src/shared/protocol/errors';
import { NO_FIGURES } from '../../src/shared/protocol/figures';
import { Generate, GenerateChanged, type GenerateResult } from '../../src/shared/protocol/generate';
import { FakeHub } from '../support/fake-hub';

const TEXT = 'before\n    old();\n    older();\nafter\n';

/** An edit of the two middle lines, whose answer the test writes. */
class Scene {
  private static count = 0;
  static current: Scene | undefined;
  readonly hub = new FakeHub();
  private runId = '';
  private said = '';
  private finish: (result: GenerateResult) => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;
  readonly started: Promise<void>;
  running: Promise<void> = Promise.resolve();

  private constructor(
    readonly document: vscode.TextDocument,
    readonly edit: InlineEdit,
    hub: FakeHub,
  ) {
    this.started = new Promise((resolve) => {
      hub.answer(Generate, ({ runId }, signal) => {
        this.runId = runId;
        resolve();
        return new Promise((finish, fail) => {
          this.finish = finish;
          this.fail = fail;
          signal?.addEventListener('abort', () => this.end('cancelled'));
        });
      });
    });
    this.hub = hub;
  }

  static async open(): Promise<Scene> {
    // A file of its own: VS Code gives a new untitled document the name, and at times the text, of the last one.
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(folder, `inline-edit-${++Scene.count}.js`);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(TEXT));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const hub = new FakeHub();
    hub.connect();
    const scene = new Scene(document, new InlineEdit(hub, document, new vscode.Range(1, 0, 2, 12)), hub);
    scene.running = scene.edit.run('message');
    scene.running.catch(() => undefined);
    Scene.current = scene;
    await scene.started;
    return scene;
  }

  say(text: string): void {
    this.said += text;
    this.hub.notify(GenerateChanged, { runId: this.runId, event: { type: 'delta', reasoning: '', text } });
  }

  end(stopReason: GenerateResult['stopReason']): void {
    const { said: text } = this;
    this.finish({ text, reasoning: '', toolCalls: [], stopReason, figures: NO_FIGURES, model: 'fake' });
  }

  breakOff(): void {
    this.fail(new HearthError('worker-ended', 'It ended.', 'Try again.'));
  }

  text(): string {
    return this.document.getText();
  }

  async shows(expected: string): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (this.text() !== expected && Date.now() < deadline) await delay(20);
    assert.equal(this.text(), expected);
  }
}

describe('an inline edit', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(Scene.current!.document.uri);
  });

  it('streams into the document, and one undo takes it back', async () => {
    const scene = await Scene.open();
    scene.say('Here:\n```js\nfresh();\n');
    await scene.shows('before\n    fresh();\nafter\n');
    scene.say('if (a) {\n  more();\n}\n```\nDone.');
    await scene.shows('before\n    fresh();\n    if (a) {\n      more();\n    }\nafter\n');
    scene.end('end');
    await scene.running;
    assert.equal(scene.edit.phase.kind, 'review');
    let ended = false;
    scene.edit.onDidEnd(() => (ended = true));
    await vscode.commands.executeCommand('undo');
    await scene.shows(TEXT);
    assert.equal(ended, true, 'Undoing an edit decides it.');
  });

  it('is rejected to the letter', async () => {
    const scene = await Scene.open();
    scene.say('```\nfresh();\n```');
    scene.end('end');
    await scene.running;
    await scene.shows('before\n    fresh();\nafter\n');
    await scene.edit.reject();
    assert.equal(scene.text(), TEXT);
  });

  it('keeps its place while the user types above and below', async () => {
    const scene = await Scene.open();
    scene.say('```\none();\n');
    await scene.shows('before\n    one();\nafter\n');
    const editor = vscode.window.activeTextEditor!;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'new line\n'));
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), '// '));
    scene.say('two();\n```');
    await scene.shows('new line\nbefore\n    one();\n    two();\n// after\n');
    scene.end('end');
    await scene.running;
    await scene.edit.reject();
    assert.equal(scene.text(), 'new line\nbefore\n    old();\n    older();\n// after\n');
  });

  it('stops when the user types into it, and keeps what both wrote', async () => {
    const scene = await Scene.open();
    scene.say('```\none();\n');
    await scene.shows('before\n    one();\nafter\n');
    await vscode.window.activeTextEditor!.edit((edit) => edit.insert(new vscode.Position(1, 4), 'mine'));
    await scene.running;
    assert.deepEqual(scene.edit.phase, { kind: 'review', stopReason: 'cancelled' });
    assert.equal(scene.text(), 'before\n    mineone();\nafter\n');
  });

  it('can be stopped: what is there waits for a verdict', async () => {
    const scene = await Scene.open();
    scene.say('```\none();\ntw');
    await scene.shows('before\n    one();\n    tw\nafter\n');
    scene.edit.stop();
    await scene.running;
    assert.deepEqual(scene.edit.phase, { kind: 'review', stopReason: 'cancelled' });
    await scene.edit.reject();
    assert.equal(scene.text(), TEXT);
  });

  it('puts the old text back when the answer breaks off, and says why', async () => {
    const scene = await Scene.open();
    scene.say('```\none();\n');
    await scene.shows('before\n    one();\nafter\n');
    scene.breakOff();
    await assert.rejects(scene.running, { message: 'It ended.' });
    assert.equal(scene.text(), TEXT);
  });

  it('changes nothing when there is no answer', async () => {
    const scene = await Scene.open();
    scene.end('end');
    await assert.rejects(scene.running, /answered with nothing/);
    assert.equal(scene.text(), TEXT);
    assert.equal(scene.document.isDirty, false);
  });

  it('waits while another editor is in front', async () => {
    const scene = await Scene.open();
    const other = await vscode.workspace.openTextDocument({ content: 'other' });
    await vscode.window.showTextDocument(other);
    scene.say('```\none();\n```');
    scene.end('end');
    await delay(200);
    assert.equal(scene.text(), TEXT);
    assert.equal(other.getText(), 'other');
    await vscode.window.showTextDocument(scene.document);
    await scene.running;
    assert.equal(scene.text(), 'before\n    one();\nafter\n');
    await scene.edit.reject();
  });
});
