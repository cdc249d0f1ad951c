// Runs one tier of tests in a process group of its own and counts what it did.
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesUnder } from './files.mjs';
import { endLeftovers, filesLeft } from './leftovers.mjs';
import { reasonOf, say } from './log.mjs';
import { run } from './processes.mjs';
import { ROOT } from './project.mjs';

const MARK = 'HEARTH_TEST_RUN';
const MOCHA = join('node_modules', 'mocha', 'bin', 'mocha.js');

/** Runs the files of a folder under mocha. */
export function runMocha({ name, folder, testMs, limitMs, grep, env, ownTemp, require }) {
  const files = filesUnder(folder, '.test.ts');
  if (files.length === 0) {
    say(`\n${name}: no tests`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const args = [
    MOCHA,
    '--timeout',
    String(testMs),
    ...(require === undefined ? [] : ['--require', require]),
    ...(grep === undefined ? [] : ['--grep', grep]),
    ...files,
  ];
  return runTier({ name, args, limitMs, env, ownTemp });
}

/**
 * Runs Node with `args`; the tests report through the file in HEARTH_TEST_RESULT. A tier that did not run to its end,
 * or that left processes behind, counts as one more failure. With `ownTemp` it has a temporary folder to itself, and
 * files that it leaves there count too.
 */
export async function runTier({ name, args, limitMs, env = {}, ownTemp = false }) {
  say(`\n${name}`);
  const started = Date.now();
  const scratch = mkdtempSync(join(tmpdir(), 'hearth-tier-'));
  const resultFile = join(scratch, 'result.json');
  const mark = randomUUID();
  const temp = join(scratch, 'tmp');
  mkdirSync(temp);
  // Some tests run programs as another user, who must get there.
  chmodSync(scratch, 0o711);
  chmodSync(temp, 0o1777);
  // Without a runtime folder of the system, sockets go into the temporary one as well.
  const place = ownTemp ? { TMPDIR: temp, XDG_RUNTIME_DIR: '' } : {};
  try {
    const end = await run(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...place, ...env, HEARTH_TEST_RESULT: resultFile, [MARK]: mark },
      timeoutMs: limitMs,
      show: true,
    });
    const result = readResult(resultFile);
    if (result === undefined || end.timedOut) {
      const why = end.timedOut
        ? `it took longer than ${limitMs / 1000} s`
        : `it ended early (${describe(end)})`;
      say(`${name}: did not run to its end: ${why}.`);
      return { passed: 0, skipped: 0, ...result, failed: (result?.failed ?? 0) + 1 };
    }
    if (end.code !== 0 && result.failed === 0) {
      say(`${name}: every test passed, but what surrounds them failed (${describe(end)}).`);
      result.failed += 1;
    }
    const left = await endLeftovers(MARK, mark);
    if (left.length > 0) {
      say(`${name}: left processes behind (ended now):\n  ${left.join('\n  ')}`);
      result.failed += 1;
    }
    const files = filesLeft(temp);
    if (files.length > 0) {
      say(`${name}: left files behind (removed now):\n  ${files.join('\n  ')}`);
      result.failed += 1;
    }
    say(`${name}: ${summary(result)} in ${((Date.now() - started) / 1000).toFixed(0)} s`);
    return result;
  } finally {
    await endLeftovers(MARK, mark);
    rmSync(scratch, { recursive: true, force: true });
  }
}

export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function addUp(results) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const result of results) for (const key of Object.keys(total)) total[key] += result[key];
  return total;
}

function describe({ code, signal }) {
  return signal ?? `exit code ${code}`;
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') say(`The result of the tests cannot be read (${reasonOf(error)}).`);
    return undefined;
  }
}
