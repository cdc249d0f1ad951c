/** Other versions of Hearth, laid out as VS Code has them on the disk. */
import { fork } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { HubSession, type SessionState } from '../../src/client/hub-session';
import type { HubLocation } from '../../src/client/start-hub';
import { PROTOCOL_VERSION } from '../../src/shared/protocol/system';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { DIST, ROOT, TEST_LOAD, TINY_GPT_OSS } from './hub';

/** A build with a hub of its own version and protocol. @returns its `hub.js` */
export async function makeBuild(
  folder: string,
  version: string,
  protocol: number = PROTOCOL_VERSION,
): Promise<string> {
  const dist = join(folder, 'dist');
  mkdirSync(dist, { recursive: true });
  const hubFile = join(dist, 'hub.js');
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['src/hub/main.ts'],
    outfile: hubFile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    define: { HEARTH_VERSION: JSON.stringify(version) },
    plugins: [speaking(protocol)],
  });
  cpSync(join(DIST, 'worker.mjs'), join(dist, 'worker.mjs'));
  mkdirSync(join(folder, 'models'));
  const models = join(ROOT, 'models');
  for (const name of readdirSync(models)) linkSync(join(models, name), join(folder, 'models', name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return hubFile;
}

function speaking(protocol: number): esbuild.Plugin {
  return {
    name: 'protocol',
    setup: (build) => {
      build.onLoad({ filter: /shared[\\/]protocol[\\/]system\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = text.replace(/PROTOCOL_VERSION = \d+/, `PROTOCOL_VERSION = ${protocol}`);
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** Starts a hub as a client of its own version would. @returns its pid */
export function startHubProcess(hubFile: string, home: string): Promise<number> {
  const child = fork(hubFile, [], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, HEARTH_HOME: home },
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code ?? 'a signal'}`)));
    child.once('message', () => {
      child.removeAllListeners('exit');
      child.unref();
      resolve(child.pid ?? 0);
    });
  });
}

/** A window of one version, and all the states that its connection was in. */
export class TestWindow {
  readonly session: HubSession;
  readonly states: SessionState[] = [];
  readonly troubles: unknown[] = [];

  constructor(home: string, hubFile: string, version: string) {
    const location: HubLocation = { home, hubFile, nodeExecutable: process.execPath };
    const identity = { kind: 'window', version } as const;
    this.session = new HubSession(location, identity, (error) => this.troubles.push(error));
    this.session.onDidChange((state) => this.states.push(state));
  }

  /** Connects, with the settings that make the tiny model quick. */
  async open(): Promise<void> {
    this.session.start();
    await this.session.request(UpdateSettings, { load: TEST_LOAD, activeModel: TINY_GPT_OSS });
  }

  /** Resolves with the version of the hub as soon as it passes. */
  hub(test: (version: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const look = (state: SessionState): boolean => {
        if (state.kind !== 'connected' || !test(state.client.info.version)) return false;
        resolve(state.client.info.version);
        return true;
      };
      if (look(this.session.state)) return;
      const subscription = this.session.onDidChange((state) => {
        if (look(state)) subscription.dispose();
      });
    });
  }

  /** Resolves with the next connection. */
  reconnected(): Promise<void> {
    return new Promise((resolve) => {
      const subscription = this.session.onDidChange((state) => {
        if (state.kind !== 'connected') return;
        subscription.dispose();
        resolve();
      });
    });
  }

  /** Resolves with the error that the window shows. */
  failure(): Promise<Extract<SessionState, { kind: 'failed' }>['error']> {
    return new Promise((resolve) => {
      if (this.session.state.kind === 'failed') resolve(this.session.state.error);
      const subscription = this.session.onDidChange((state) => {
        if (state.kind !== 'failed') return;
        subscription.dispose();
        resolve(state.error);
      });
    });
  }
}
