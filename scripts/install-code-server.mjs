// Installs VS Code's server into the cache and prints where it is as one JSON line. `--reinstall` starts from nothing.
import { ensureCodeServer } from './lib/code-server.mjs';
import { runMain } from './lib/log.mjs';

await runMain(async () => {
  const server = await ensureCodeServer({ reinstall: process.argv.includes('--reinstall') });
  process.stdout.write(`${JSON.stringify(server)}\n`);
});
