import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { pruneRuntimes } from '../../../../src/hub/lifetime/prune-runtimes';
import { runtimeManifestText } from '../../../../src/shared/protocol/runtime-manifest';
import { useTempFolder } from '../../../support/temp-folder';

describe('pruneRuntimes', () => {
  const at = useTempFolder();
  beforeEach(() => writeFileSync(at('source'), ''));
  function add(name: string, version: string, source = at('source')): void {
    mkdirSync(at('runtime', name, 'dist'), { recursive: true });
    writeFileSync(
      at('runtime', name, 'package.json'),
      runtimeManifestText({ version, protocol: 1, builtAt: 1, source }),
    );
  }
  const left = () => readdirSync(at('runtime')).sort();

  it('keeps its own and the newest that is installed', async () => {
    add('a', '1.0.0');
    add('b', '1.1.0');
    add('c', '1.2.0');
    add('d', '2.0.0', at('removed'));
    mkdirSync(at('runtime', 'damaged'));
    assert.deepEqual((await pruneRuntimes(at('runtime'), 'a')).sort(), ['b', 'd', 'damaged']);
    assert.deepEqual(left(), ['a', 'c']);
  });

  it('keeps the newest of those whose versions were all removed', async () => {
    add('a', '1.0.0', at('removed'));
    add('b', '1.1.0', at('removed'));
    await pruneRuntimes(at('runtime'), undefined);
    assert.deepEqual(left(), ['b']);
  });

  it('deletes what is half made only when nobody works on it any more', async () => {
    for (const name of ['.new.tmp', '.stale.tmp', '.gone.old'])
      mkdirSync(at('runtime', name), { recursive: true });
    const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
    utimesSync(at('runtime', '.stale.tmp'), longAgo, longAgo);
    await pruneRuntimes(at('runtime'), undefined);
    assert.deepEqual(left(), ['.new.tmp']);
    assert.deepEqual(await pruneRuntimes(at('no-runtimes'), undefined), []);
  });
});
