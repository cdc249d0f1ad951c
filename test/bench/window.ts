/** How long a window of the real workbench takes: VS Code's own figure of the activation, and the chat's first paint. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_WORKSPACE } from '../support/checkout';
import { until } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { Workbench } from '../support/workbench';

export interface Timing {
  name: string;
  ms: number[];
  /** What is aimed at, on a machine with nothing else to do; ms. */
  aim?: number;
}

/** Each round is a window on a hub that runs. */
export async function measureWindow(model: string, rounds: number): Promise<Timing[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  const workspaceFolder = join(scratch, 'demo-workspace');
  cpSync(DEMO_WORKSPACE, workspaceFolder, { recursive: true });
  const workbench = await Workbench.start({
    hearthHome: join(scratch, 'home'),
    workspaceFolder,
    settings: { 'hearth.model': model, 'hearth.gpu': 'cpu', 'hearth.threads': 1 },
  });
  const activation: number[] = [];
  const ready: number[] = [];
  const paint: number[] = [];
  try {
    await hubState(workbench.hearthHome, 'the model', ({ models }) =>
      models.some(({ status }) => status.kind === 'ready'),
    );
    for (let round = 0; round < rounds; round += 1) {
      await workbench.page.reload();
      await workbench.ready();
      const start = performance.now();
      const chat = await workbench.openChat();
      await chat.getByTestId('empty-state').waitFor();
      paint.push(performance.now() - start);
      activation.push(await activationMs(workbench));
      ready.push(await readyMs(workbench));
    }
  } finally {
    await workbench.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  return [
    { name: 'activate(), by VS Code', ms: activation, aim: 50 },
    { name: 'activate() until the window is ready, hub running', ms: ready, aim: 300 },
    { name: 'chat opened until it is painted', ms: paint, aim: 300 },
  ];
}

/** "Activation: 23ms" in the editor of the running extensions. */
async function activationMs(workbench: Workbench): Promise<number> {
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .extension').filter({ hasText: 'Hearth' });
  const text = await row.locator('.activation-time').first().innerText();
  const ms = /(\d+)\s*ms/.exec(text)?.[1];
  if (ms === undefined) throw new Error(`VS Code says no activation time: ${text}`);
  return Number(ms);
}

/** "Ready 120 ms after the start." in the newest window's log, which VS Code writes with some delay. */
async function readyMs(workbench: Workbench): Promise<number> {
  let ms: string | undefined;
  await until(
    () => {
      ms = /Ready (\d+) ms after/.exec(workbench.hearthLogs().at(-1) ?? '')?.[1];
      return ms !== undefined;
    },
    30_000,
    'the log says when the window was ready',
  );
  return Number(ms);
}
