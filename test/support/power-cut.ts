/** Cuts the power in a test: of a folder only what was flushed remains. */
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { watchFiles, type FileCalls } from '../chaos/durable-files';
import { DurableShadow } from '../chaos/durable-shadow';

/**
 * Watches the file calls of this process until the power is cut the last time, or the test ends.
 * Skips the test where the system does not tell enough.
 */
export function usePowerCut(test: Mocha.Context, folder: string): () => void {
  if (process.platform !== 'linux') test.skip();
  const shadow = new DurableShadow(folder, `${folder}-shadow`);
  shadow.snapshot();
  const stop = watchFiles(createRequire(__filename)('node:fs/promises') as FileCalls, shadow);
  endings.push(() => {
    stop();
    rmSync(shadow.folder, { recursive: true, force: true });
  });
  return () => shadow.restore();
}

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});
