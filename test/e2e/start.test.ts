/** What a person sees first: the window opens, the flame is there, the chat view shows. */
import assert from 'node:assert/strict';
import { useWorkbench } from '../support/use-workbench';

describe('a fresh window', () => {
  const workbench = useWorkbench();

  it('shows Hearth in the status bar', async () => {
    assert.notEqual(await workbench().statusBarText(), '');
  });

  it('opens the chat view from the activity bar', async () => {
    const chat = await workbench().openChat();
    await chat.locator('body :visible').first().waitFor();
    await workbench().screenshot('fresh-window');
  });

  it('says which real models fit this machine', async () => {
    const note = workbench().chatFrame().getByTestId('demo-note');
    await note.getByText(/gpt-oss-20b \(12\.1 GB\) (fits|too large)/).waitFor();
    await note.getByText(/gpt-oss-120b \(63\.4 GB\) (fits|too large)/).waitFor();
    await workbench().screenshot('fresh-window-offers');
  });

  it('selects lines in a file', async () => {
    await workbench().openFile('ring.go');
    await workbench().selectLines(30, 41);
    assert.match(await workbench().statusBarText('status.editor.selection'), /selected/);
  });

  it('keeps Hearth after a reload', async () => {
    await workbench().reload();
    await workbench().openChat();
  });
});
