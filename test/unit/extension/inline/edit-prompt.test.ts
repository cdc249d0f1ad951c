import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { editPrompt } from '../../../../src/extension/inline/edit-prompt';
import { ROOT } from '../../../support/checkout';

const request = { code: 'let a;', language: 'ts', path: 'src/a.ts', instruction: 'Make it const.' };

describe('editPrompt', () => {
  it('fills in the default message', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { default: string } | undefined> }[] };
    };
    const template = manifest.contributes.configuration
      .map(({ properties }) => properties['hearth.prompt.inlineEdit'])
      .find((property) => property !== undefined)!.default;
    assert.equal(
      editPrompt(template, request),
      'src/a.ts:\n```ts\nlet a;\n```\n\nMake it const.\n\n' +
        'Reply with the code that replaces it, alone, in one fenced block.',
    );
  });

  it('fills in once: what it fills in is not read again', () => {
    assert.equal(editPrompt('{code}|{other}', { ...request, code: '{path} $&' }), '{path} $&|{other}');
  });

  it('takes a fence that the code does not contain', () => {
    assert.equal(editPrompt('{fence}', { ...request, code: 'a\n````\nb' }), '`````');
  });
});
