/** One workbench for a suite: started before it, ended after it, with evidence kept for every test that fails. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_WORKSPACE, fileNameOf } from './checkout';
import { Workbench, type WorkbenchOptions } from './workbench';

/**
 * Call it in a `describe`; the function that it returns gives the workbench inside of tests.
 * Without a home or a folder the suite gets an empty home and a copy of the demo workspace, removed afterwards.
 */
export function useWorkbench(
  options: Partial<WorkbenchOptions> | (() => Partial<WorkbenchOptions>) = {},
): () => Workbench {
  let scratch: string | undefined;
  let workbench: Workbench | undefined;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'hearth-e2e-'));
    const workspaceFolder = join(scratch, 'demo-workspace');
    cpSync(DEMO_WORKSPACE, workspaceFolder, { recursive: true });
    workbench = await Workbench.start({
      hearthHome: join(scratch, 'home'),
      workspaceFolder,
      ...(typeof options === 'function' ? options() : options),
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench?.keepEvidence(fileNameOf(this.currentTest.fullTitle()));
    }
  });

  after(async () => {
    await workbench?.close();
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  });

  return () => {
    if (workbench === undefined) throw new Error('The workbench is there inside of tests only.');
    return workbench;
  };
}
