/** What VS Code runs after the extension was removed: ends the hub and deletes its copy. The user's things stay. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { hearthHome } from '../client/hearth-home';
import { stopHub } from '../client/stop-hub';
import { errorInfo } from '../shared/protocol/errors';
import { RUNTIME_FOLDER } from '../shared/protocol/runtime-manifest';
import { VERSION } from '../shared/version';

async function uninstall(home: string): Promise<void> {
  try {
    await stopHub(home, { kind: 'cli', version: VERSION });
  } catch (error) {
    // Nobody is there to read it but whoever runs this by hand; the files go all the same.
    console.error(errorInfo(error).message);
    process.exitCode = 1;
  }
  rmSync(join(home, RUNTIME_FOLDER), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

void uninstall(hearthHome());
