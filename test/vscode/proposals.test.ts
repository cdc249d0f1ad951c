/** Code from an answer, shown as a diff of a file of the workspace. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Proposals, shownProposal } from '../../src/extension/chat/proposals';
import { linesOf } from '../../src/extension/selection/attachments';

const TEXT = 'one\ntwo\nthree\nfour\n';

describe('a proposal', () => {
  let proposals: Proposals;
  let uri: vscode.Uri;
  let count = 0;

  beforeEach(async () => {
    proposals = new Proposals();
    uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, `proposal-${++count}.txt`);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(TEXT));
  });

  afterEach(async () => {
    proposals.dispose();
    await vscode.window.showTextDocument(await open());
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });

  const open = async () => vscode.workspace.openTextDocument(uri);
  const propose = async (code: string): Promise<vscode.Uri> => {
    const document = await open();
    await proposals.show(code, linesOf(document, { startLine: 1, endLine: 2 }));
    const shown = shownProposal();
    assert.ok(shown, 'No diff with a proposal is shown.');
    return shown;
  };

  it('shows the whole file with the lines replaced', async () => {
    const shown = await propose('2\n3');
    const document = await vscode.workspace.openTextDocument(shown);
    assert.equal(document.getText(), 'one\n2\n3\nfour\n');
  });

  it('is accepted as one change that one undo takes back', async () => {
    await proposals.accept(await propose('2\n3'));
    const document = await open();
    assert.equal(document.getText(), 'one\n2\n3\nfour\n');
    assert.equal(shownProposal(), undefined);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), TEXT);
  });

  it('finds its lines when they have moved', async () => {
    const shown = await propose('2\n3');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), 'zero\n');
    await vscode.workspace.applyEdit(edit);
    await proposals.accept(shown);
    assert.equal((await open()).getText(), 'zero\none\n2\n3\nfour\n');
  });

  it('changes nothing when its lines are gone', async () => {
    const shown = await propose('2\n3');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(1, 0), 'changed ');
    await vscode.workspace.applyEdit(edit);
    await proposals.accept(shown);
    assert.equal((await open()).getText(), 'one\nchanged two\nthree\nfour\n');
  });

  it('is rejected by closing it', async () => {
    await proposals.close(await propose('2\n3'));
    assert.equal(shownProposal(), undefined);
    assert.equal((await open()).getText(), TEXT);
  });
});
