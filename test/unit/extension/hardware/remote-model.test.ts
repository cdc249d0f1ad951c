import assert from 'node:assert/strict';
import { addressProblem, consentText, modelAddress } from '../../../../src/extension/hardware/remote-model';

describe('the address of a model', () => {
  it('is one of the model hub, or of any server', () => {
    assert.deepEqual(modelAddress(' hf:ggml-org/gpt-oss-120b-GGUF/gpt-oss-120b-mxfp4-00001-of-00003.gguf'), {
      model: 'hf:ggml-org/gpt-oss-120b-GGUF/gpt-oss-120b-mxfp4-00001-of-00003.gguf',
      name: 'gpt-oss-120b-mxfp4',
      host: 'huggingface.co',
      file: 'ggml-org/gpt-oss-120b-GGUF/gpt-oss-120b-mxfp4-00001-of-00003.gguf',
    });
    const own = modelAddress('https://models.example:8443/a%20b.gguf?download=true');
    assert.deepEqual([own?.host, own?.name], ['models.example:8443', 'a b']);
    assert.equal(modelAddress('https://example/100%.gguf')?.name, '100%');
  });

  it('is nothing else, and the box says what to write', () => {
    for (const text of [
      '',
      'qwen3-8b',
      '/models/a.gguf',
      'hf:a/b.gguf',
      'hf:a/b/c.bin',
      'https://example/',
      'ftp://a/b.gguf',
    ])
      assert.match(addressProblem(text) ?? '', /^Write https:/, text);
    assert.equal(addressProblem('hf:a/b/c.gguf'), undefined);
  });

  it('names the host that is really asked', () => {
    const { message, detail } = consentText(modelAddress('https://huggingface.co@evil.example/a.gguf')!);
    assert.equal(message, 'Ask evil.example for this model’s header?'.replace('’', "'"));
    assert.match(detail, /^Hearth asks evil\.example, .*first megabytes of https:.*\/a\.gguf: the header/);
  });
});
