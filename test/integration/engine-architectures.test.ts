/** The planner's list of architectures is that of the llama.cpp which node-llama-cpp brings with it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_ARCHITECTURES } from '../../src/planner/engine-architectures';
import { ROOT } from '../support/hub';
import { useTempFolder } from '../support/temp-folder';

/** The engine's source as node-llama-cpp ships it, to be built where no binary fits. */
const BUNDLE = join(ROOT, 'node_modules/node-llama-cpp/llama/gitRelease.bundle');
/** Not models of text. */
const NO_MODELS = ['clip', '(unknown)'];

describe('the architectures that are planned as loadable', () => {
  const at = useTempFolder();

  it('are those of the engine', function () {
    if (!existsSync(BUNDLE)) return this.skip();
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
    git('clone', '--quiet', '--bare', BUNDLE, at());
    const source = git('-C', at(), 'show', 'HEAD:src/llama-arch.cpp');
    const table = /LLM_ARCH_NAMES = \{(.*?)\n\};/s.exec(source)?.[1] ?? '';
    const names = [...table.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    assert.ok(names.includes('gpt-oss'));
    assert.deepEqual(
      [...ENGINE_ARCHITECTURES].sort(),
      names.filter((name) => !NO_MODELS.includes(name)).sort(),
    );
  });
});
