import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { alone } from '../../../../src/hub/lifetime/alone';
import { useTempFolder } from '../../../support/temp-folder';

const HOUR_S = 3_600;

describe('alone', () => {
  const at = useTempFolder();
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  /** Twenty at the same time. @returns how many were let in */
  async function letIn(): Promise<number> {
    let inside = 0;
    const runs = Array.from({ length: 20 }, () =>
      alone(at('turn'), async () => {
        inside += 1;
        assert.equal(inside, 1);
        await turn();
        inside -= 1;
        return true;
      }),
    );
    return (await Promise.all(runs)).filter((ran) => ran === true).length;
  }

  /** As somebody leaves it who was killed so many seconds ago. */
  function abandon(path: string, seconds: number): void {
    mkdirSync(path, { recursive: true });
    const then = Date.now() / 1_000 - seconds;
    utimesSync(path, then, then);
  }

  it('lets one in, and the next when that one has left', async () => {
    assert.deepEqual([await letIn(), await letIn()], [1, 1]);
    assert.deepEqual(readdirSync(at()), []);
  });

  it('is left when the action fails', async () => {
    await assert.rejects(
      alone(at('turn'), () => Promise.reject(new Error('failed'))),
      /failed/,
    );
    assert.equal(await letIn(), 1);
  });

  it('lets nobody in beside one who may still be at it', async () => {
    abandon(at('turn'), 1);
    assert.equal(await letIn(), 0);
  });

  for (const [who, seconds] of [
    ['was killed', HOUR_S],
    ['was killed before the clock was set back', -HOUR_S],
  ] as const) {
    it(`lets one in after somebody who ${who}`, async () => {
      abandon(at('turn'), seconds);
      assert.deepEqual([await letIn(), await letIn()], [1, 1]);
      assert.deepEqual(readdirSync(at()), []);
    });
  }

  it('lets one in after somebody who was killed where another had been', async () => {
    abandon(at('turn', 'next'), HOUR_S);
    abandon(at('turn'), HOUR_S);
    assert.equal(await letIn(), 1);
    abandon(at('turn', 'next'), 1);
    abandon(at('turn'), HOUR_S);
    assert.equal(await letIn(), 0);
  });
});
