import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { packageClosure } from '../../../src/client/package-closure';
import { useTempFolder } from '../../support/temp-folder';

describe('packageClosure', () => {
  const at = useTempFolder();
  function add(path: string, manifest: Record<string, unknown> = {}): void {
    mkdirSync(at(path), { recursive: true });
    writeFileSync(at(path, 'package.json'), JSON.stringify(manifest));
  }
  const needs = (...names: string[]) => ({
    dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
  });
  /** Where each goes, and from where. */
  function closure(root = 'ext', wants: (name: string) => boolean = () => true): Record<string, string> {
    const packages = packageClosure(at(root), 'main', wants);
    return Object.fromEntries(
      packages.map(({ from, to }) => [to.join('/'), relative(realpathSync(at()), from)]),
    );
  }

  it('finds what is needed however deep, once, and nothing else', () => {
    add('ext/node_modules/main', needs('@a/a', 'b'));
    add('ext/node_modules/@a/a', needs('b', 'main'));
    add('ext/node_modules/b');
    add('ext/node_modules/other');
    assert.deepEqual(closure(), {
      'node_modules/main': 'ext/node_modules/main',
      'node_modules/@a/a': 'ext/node_modules/@a/a',
      'node_modules/b': 'ext/node_modules/b',
    });
  });

  it('keeps two versions of a package apart', () => {
    add('ext/node_modules/main', needs('a', 'b'));
    add('ext/node_modules/b');
    add('ext/node_modules/a', needs('b', 'c'));
    add('ext/node_modules/a/node_modules/b', needs('c'));
    add('ext/node_modules/a/node_modules/c');
    assert.deepEqual(closure(), {
      'node_modules/main': 'ext/node_modules/main',
      'node_modules/a': 'ext/node_modules/a',
      'node_modules/b': 'ext/node_modules/b',
      'node_modules/a/node_modules/b': 'ext/node_modules/a/node_modules/b',
      'node_modules/c': 'ext/node_modules/a/node_modules/c',
    });
  });

  it('follows links, and looks further up: other package managers lay packages out so', () => {
    add('ext/store/main/node_modules/main', needs('a'));
    add('ext/store/a/node_modules/a', needs('up'));
    add('node_modules/up');
    mkdirSync(at('ext/node_modules'));
    symlinkSync(at('ext/store/main/node_modules/main'), at('ext/node_modules/main'));
    symlinkSync(at('ext/store/a/node_modules/a'), at('ext/store/main/node_modules/a'));
    assert.deepEqual(closure(), {
      'node_modules/main': 'ext/store/main/node_modules/main',
      'node_modules/a': 'ext/store/a/node_modules/a',
      'node_modules/up': 'node_modules/up',
    });
  });

  it('leaves out optional packages that are not wanted, and what is not installed', () => {
    add('ext/node_modules/main', {
      ...needs('a'),
      optionalDependencies: { wanted: '*', big: '*', absent: '*' },
    });
    add('ext/node_modules/a');
    add('ext/node_modules/wanted');
    add('ext/node_modules/big');
    assert.deepEqual(
      Object.keys(closure('ext', (name) => name !== 'big')).sort(),
      ['a', 'main', 'wanted'].map((name) => `node_modules/${name}`),
    );
    assert.deepEqual(closure('nowhere'), {});
  });
});
