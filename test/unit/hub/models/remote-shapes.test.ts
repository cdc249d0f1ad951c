import assert from 'node:assert/strict';
import { RemoteShapes } from '../../../../src/hub/models/remote-shapes';
import { knownShape } from '../../../../src/planner/answer-plan';

const HOUR_MS = 60 * 60_000;
const shape = knownShape('qwen3-0.6b')!;

describe('RemoteShapes', () => {
  let asked: string[] = [];
  let now = 0;
  let answer = () => Promise.resolve(shape);
  let shapes: RemoteShapes;
  beforeEach(() => {
    [asked, now] = [[], 0];
    answer = () => Promise.resolve(shape);
    shapes = new RemoteShapes(
      ({ pathname }) => {
        asked.push(pathname);
        return answer();
      },
      () => now,
    );
  });
  const get = (name: string) => shapes.get(new URL(`https://example.com/${name}`));

  it('asks once for an address, also where several want it at once', async () => {
    const both = await Promise.all([get('a'), get('a')]);
    assert.deepEqual(both, [shape, shape]);
    await get('a');
    await get('b');
    assert.deepEqual(asked, ['/a', '/b']);
  });

  it('asks again after an hour: the file may be another one', async () => {
    await get('a');
    now = HOUR_MS - 1;
    await get('a');
    assert.equal(asked.length, 1);
    now = HOUR_MS;
    await get('a');
    assert.equal(asked.length, 2);
  });

  it('asks again after a failure', async () => {
    answer = () => Promise.reject(new Error('no answer'));
    await assert.rejects(get('a'), /no answer/);
    answer = () => Promise.resolve(shape);
    assert.equal(await get('a'), shape);
    assert.equal(asked.length, 2);
  });

  it('keeps 32, and forgets the one that nobody has wanted for longest', async () => {
    for (let index = 0; index < 32; index += 1) await get(String(index));
    await get('0');
    await get('one more');
    asked = [];
    await get('0');
    assert.deepEqual(asked, []);
    await get('1');
    assert.deepEqual(asked, ['/1']);
  });
});
