/** Hearth in a real extension host: it activates, and every command of the manifest is there. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Contributions {
  contributes: { commands: { command: string }[] };
}

describe('activation', () => {
  const hearth = () => {
    const extension = vscode.extensions.getExtension('hearth.hearth');
    assert.ok(extension, 'VS Code does not know hearth.hearth');
    return extension;
  };

  it('activates', async () => {
    await hearth().activate();
    assert.equal(hearth().isActive, true);
  });

  it('registers every command that the manifest promises', async () => {
    await hearth().activate();
    const { contributes } = hearth().packageJSON as Contributions;
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands
      .map(({ command }) => command)
      .filter((name) => !registered.has(name));
    assert.deepEqual(missing, []);
  });
});
