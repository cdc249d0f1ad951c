// Run after `npm install`: adds to package-lock.json the optional packages of other platforms that the registry at hand
// did not offer. `npm install` leaves them out silently, and `npm ci` then refuses the lock.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/project.mjs';

const FILE = join(ROOT, 'package-lock.json');
/** A word of a package's name that says for which system it is, and what npm calls that system. */
const OS = words('linux android freebsd netbsd openbsd openharmony sunos aix darwin win32', {
  mac: 'darwin',
  win: 'win32',
});
const CPU = words('x64 arm64 arm ia32 riscv64 ppc64 s390x loong64 mips64el wasm32', { armv7l: 'arm' });

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];
for (const [path, { optionalDependencies = {}, dev }] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    lock.packages[`node_modules/${name}`] = entryFor(name, range, dev);
    added.push(name);
  }
}
if (added.length > 0) {
  const { '': project, ...packages } = lock.packages;
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = { '': project, ...Object.fromEntries(sorted) };
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added.length === 0 ? 'package-lock.json is complete.' : `Added ${added.join(', ')}.`);

/** Looks for a package as Node does: beside the one that wants it, then further up. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

function entryFor(name, range, dev) {
  const parts = name.split('/').at(-1).split(/[-.]/);
  const cpu = parts.map((part) => CPU[part]).find(Boolean);
  const os = parts.map((part) => OS[part]).find(Boolean);
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev: true } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

function words(same, others) {
  return { ...Object.fromEntries(same.split(' ').map((word) => [word, word])), ...others };
}
