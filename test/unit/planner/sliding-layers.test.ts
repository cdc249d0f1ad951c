import assert from 'node:assert/strict';
import { modelShape, type HeaderValue } from '../../../src/planner/model-shape';
import { slidingLayers } from '../../../src/planner/sliding-layers';

/** Which of the first layers slide, and over how many tokens. */
function of(...[architecture, layers, window, pattern]: Parameters<typeof slidingLayers>) {
  const found = slidingLayers(architecture, layers, window, pattern);
  if (found === undefined) return undefined;
  const first = Array.from({ length: Math.min(layers, 8) }, (_, layer) =>
    found.isSliding(layer) ? 's' : 'F',
  );
  return `${first.join('')} ${found.window}`;
}

function shapeOf(architecture: string, layers: number, entries: Record<string, HeaderValue>) {
  const key = (name: string) => `${architecture}.${name}`;
  const all = { block_count: layers, 'attention.head_count': 8, embedding_length: 512, ...entries };
  const metadata = new Map<string, HeaderValue>([['general.architecture', architecture]]);
  for (const [name, value] of Object.entries(all)) metadata.set(key(name), value);
  return modelShape('made up', { metadata, tensors: [] });
}

describe('sliding layers', () => {
  it('are all but the last of a group, or all but the first', () => {
    assert.equal(of('gpt-oss', 24, 128), 'sFsFsFsF 128');
    assert.equal(of('gemma3', 26, 1_024), 'sssssFss 1024');
    assert.equal(of('olmo2', 32, 4_096), 'sssFsssF 4096');
    assert.equal(of('cohere2moe', 32, 4_096), 'FsssFsss 4096');
  });

  it('are as the header says, where it says', () => {
    assert.equal(of('gemma4', 4, 512, [true, true, false, true]), 'ssFs 512');
    assert.equal(of('plamo3', 8, 2_048, 4), 'sssFsssF 2048');
  });

  it('have the window that the engine supposes', () => {
    assert.equal(of('gemma2', 26, undefined), 'sFsFsFsF 4096');
    assert.equal(of('smallthinker', 32, 1_000), 'FsssFsss 4096');
    assert.equal(of('exaone4', 64, undefined), 'sssFsssF 4096');
    assert.equal(of('exaone4', 30, 4_096), undefined);
  });

  it('are none without a window, or where the engine has none', () => {
    assert.equal(of('llama', 32, undefined), undefined);
    assert.equal(of('mistral3', 32, 4_096), undefined);
    assert.equal(of('phi3', 32, 2_047, [true]), undefined);
    assert.equal(of('olmo2', 32, 0), undefined);
  });

  it('are read from a header, and layers that share keep nothing', () => {
    const shape = shapeOf('gemma4', 6, {
      'attention.sliding_window': 512,
      'attention.sliding_window_pattern': [true, true, false, true, true, false],
      'attention.shared_kv_layers': 2,
      'attention.head_count_kv': [2, 2, 1, 2, 2, 1],
      'attention.key_length': 64,
      'attention.value_length': 64,
    });
    assert.equal(shape.slidingWindow, 512);
    assert.deepEqual(shape.layers.map(({ isSliding }) => isSliding), [true, true, false, true, true, false]); // prettier-ignore
    assert.deepEqual(shape.layers.map(({ keySize }) => keySize > 0), [true, true, true, true, false, false]); // prettier-ignore
    const gemma3n = shapeOf('gemma3n', 30, { 'attention.sliding_window': 512 });
    assert.equal(gemma3n.layers.filter(({ keySize }) => keySize > 0).length, 20);
  });
});
