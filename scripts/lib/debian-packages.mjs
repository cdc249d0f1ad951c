// Installs Debian packages that tests need, where that is possible.
import { isOnPath, run } from './processes.mjs';
import { say } from './log.mjs';

const LIMIT_MS = 5 * 60_000;

/** Returns the packages that are still missing in the end; none on other systems, where nothing can be said. */
export async function ensureDebianPackages(names) {
  if (process.platform !== 'linux' || !isOnPath('apt-get')) return [];
  const missing = await notInstalled(names);
  if (missing.length === 0) return [];
  if (process.getuid() !== 0) {
    say(`Not installed: ${missing.join(', ')}. As root: apt-get install -y ${missing.join(' ')}`);
    return missing;
  }
  say(`Installing ${missing.join(', ')} …`);
  const options = { timeoutMs: LIMIT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '-qq'], options);
  const { code, output } = await run(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...missing],
    options,
  );
  if (code !== 0)
    say(`apt-get could not install them:\n${output.trimEnd().split('\n').slice(-5).join('\n')}`);
  return notInstalled(missing);
}

async function notInstalled(names) {
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names]);
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}
