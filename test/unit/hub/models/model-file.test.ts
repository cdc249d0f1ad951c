import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkModel,
  describeModel,
  isLaterPart,
  modelName,
  partPaths,
} from '../../../../src/hub/models/model-file';
import { encodeGguf, type GgufValue } from '../../../../tools/gguf/gguf-writer';
import { tinyGptOss } from '../../../../tools/models/tiny-gpt-oss';
import { useTempFolder } from '../../../support/temp-folder';

describe('a model’s parts and name', () => {
  it('are told from the file’s name', () => {
    const part = (index: number) => join('/m', `big-0000${index}-of-00003.gguf`);
    assert.deepEqual(partPaths(part(1)), [part(1), part(2), part(3)]);
    assert.deepEqual(partPaths(part(3)), [part(1), part(2), part(3)]);
    assert.deepEqual(partPaths('/m/small.gguf'), ['/m/small.gguf']);
    assert.deepEqual([part(1), part(2), '/m/small.gguf'].map(isLaterPart), [false, true, false]);
    assert.equal(modelName(part(2)), 'big');
    assert.equal(modelName('/m/Small.GGUF'), 'Small');
    assert.equal(modelName('/m/small-00001.gguf'), 'small-00001');
  });

  it('are not taken from a name that cannot be a part', () => {
    for (const path of ['/m/x-00001-of-00000.gguf', '/m/x-00000-of-00002.gguf', '/m/x-00003-of-00002.gguf']) {
      assert.deepEqual(partPaths(path), [path]);
      assert.equal(isLaterPart(path), false);
    }
  });
});

describe('describeModel', () => {
  const at = useTempFolder();
  const describe_ = (path: string) => describeModel(path, 'added');
  function write(name: string, metadata: Record<string, GgufValue>, tensors = 1): string {
    const data = new Uint8Array(64);
    const list = Array.from({ length: tensors }, (_, index) => ({
      name: `t${index}`,
      shape: [16],
      type: 'F32' as const,
      data,
    }));
    writeFileSync(at(name), encodeGguf({ metadata: new Map(Object.entries(metadata)), tensors: list }));
    return at(name);
  }
  const text = (value: string): GgufValue => ({ type: 'string', value });

  it('says what a sound model is', async () => {
    writeFileSync(at('tiny.gguf'), tinyGptOss());
    const { facts, sizeBytes, name, error } = await describe_(at('tiny.gguf'));
    assert.equal(error, undefined);
    assert.deepEqual([name, facts?.architecture, sizeBytes], ['tiny', 'gpt-oss', tinyGptOss().length]);
    assert.ok(facts && facts.experts > 0 && facts.layers > 0 && facts.contextLength > 0);
    assert.deepEqual(await checkModel(at('tiny.gguf')), facts);
  });

  it('adds up the parts, and names the one that is missing', async () => {
    const first = write('m-00001-of-00002.gguf', { 'general.architecture': text('llama') });
    const { error } = await describe_(first);
    assert.equal(error?.code, 'model-not-found');
    assert.match(error.message, /m-00002-of-00002\.gguf/);
    write('m-00002-of-00002.gguf', {}, 2);
    const whole = await describe_(first);
    assert.equal(whole.facts?.parameters, 48);
  });

  it('explains what is no model', async () => {
    mkdirSync(at('folder.gguf'));
    const cases: [string, string, RegExp][] = [
      [at('missing.gguf'), 'model-not-found', /There is no file/],
      [join(write('file.gguf', {}), 'inside.gguf'), 'model-not-found', /There is no file/],
      [at('folder.gguf'), 'model-not-a-file', /is a folder/],
      ['/dev/null', 'model-not-a-file', /not a regular file/],
      [write('nothing.gguf', {}), 'model-damaged', /which architecture/],
      [
        write('vocabulary.gguf', { 'general.architecture': text('llama') }, 0),
        'model-unsupported',
        /no model/,
      ],
      [
        write('lora.gguf', { 'general.architecture': text('llama'), 'general.type': text('adapter') }),
        'model-unsupported',
        /LoRA adapter/,
      ],
      [`/${'x'.repeat(300)}.gguf`, 'model-unreadable', /could not be read/],
    ];
    for (const [path, code, message] of cases) {
      const { error } = await describe_(path);
      assert.equal(error?.code, code, path);
      assert.match(error.message, message);
    }
    await assert.rejects(checkModel(at('missing.gguf')), /There is no file/);
  });
});
