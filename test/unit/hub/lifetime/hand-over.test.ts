import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { HandOver } from '../../../../src/hub/lifetime/hand-over';

describe('HandOver', () => {
  let isQuiet: boolean;
  let left: number;
  let handOver: HandOver;
  beforeEach(() => {
    [isQuiet, left] = [true, 0];
    handOver = new HandOver(
      () => isQuiet,
      () => (left += 1),
    );
  });
  async function settled(): Promise<number> {
    await turn();
    await turn();
    return left;
  }

  it('leaves once, and only when it is asked', async () => {
    handOver.work().dispose();
    handOver.look();
    assert.equal(await settled(), 0);
    handOver.ask();
    handOver.ask();
    assert.equal(await settled(), 1);
    handOver.work().dispose();
    handOver.ask();
    assert.equal(await settled(), 1);
  });

  it('waits for what runs, and for what begins where that ends', async () => {
    const first = handOver.work();
    handOver.ask();
    assert.equal(await settled(), 0);
    first.dispose();
    const second = handOver.work();
    first.dispose();
    assert.equal(await settled(), 0);
    isQuiet = false;
    second.dispose();
    assert.equal(await settled(), 0);
    isQuiet = true;
    handOver.look();
    assert.equal(await settled(), 1);
  });

  it('lets requests wait for those that are inside, and in again when one of them begins an answer', async () => {
    const first = await handOver.request();
    handOver.ask();
    assert.equal(await settled(), 0);
    let isInside = false;
    const second = handOver.request().then((inside) => {
      isInside = true;
      return inside;
    });
    await settled();
    assert.equal(isInside, false);
    const answer = handOver.work();
    first.dispose();
    (await second).dispose();
    assert.equal(await settled(), 0);
    answer.dispose();
    assert.equal(await settled(), 1);
    void handOver.request().then(() => assert.fail('nobody is let in any more'));
    await settled();
  });
});
