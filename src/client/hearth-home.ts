import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder with all of Hearth's state: `HEARTH_HOME`, else `.hearth` in the user's home. */
export function hearthHome(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['HEARTH_HOME'];
  return own !== undefined && own !== '' ? resolve(own) : join(homedir(), '.hearth');
}
