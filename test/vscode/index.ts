/** The suite's entry inside an extension host: runs every test file that was bundled beside this file. */
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

const TEST_LIMIT_MS = 60_000;

export async function run(): Promise<void> {
  const output = process.env['HEARTH_TEST_OUTPUT'];
  if (output !== undefined) printTo(output);
  const mocha = new Mocha({
    timeout: TEST_LIMIT_MS,
    forbidOnly: true,
    reporter: join(__dirname, '..', '..', '..', 'scripts', 'lib', 'mocha-reporter.cjs'),
  });
  const grep = process.env['HEARTH_TEST_GREP'];
  if (grep !== undefined && grep !== '') mocha.grep(grep);
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.test.js')) mocha.addFile(join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** An extension host's console does not reach the terminal: the report goes through a file that the runner prints. */
function printTo(file: string): void {
  const base = Mocha.reporters.Base as unknown as { consoleLog: (...args: unknown[]) => void };
  base.consoleLog = (...args) => appendFileSync(file, `${format(...args)}\n`);
}
