/** A load is planned, and what it took is read back: the two must agree, and what cannot fit is not tried. */
import assert from 'node:assert/strict';
import type { HubClient } from '../../src/client/hub-client';
import { LoadModel, OfferLess, UnloadModel, type ResidentModel } from '../../src/shared/protocol/models';
import { UpdateSettings, type LoadSettings } from '../../src/shared/protocol/settings';
import { StateChanged, SubscribeState } from '../../src/shared/protocol/system';
import { plannedBytes, takenBytes } from '../../src/shared/util/planned-use';
import { TEST_LOAD, TestHub, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';

/** Weights and KV cache are exact, the compute buffers nearly; of so small a model, their fixed part counts. */
const TOLERANCE = 0.02;
const FIXED_BYTES = 2 ** 19;
/** What Node and llama.cpp take in a process differs a little from machine to machine. */
const PROCESS_BYTES = 50e6;

describe('a planned load', () => {
  let hub: TestHub;
  let client: HubClient;
  before(async () => {
    hub = TestHub.create();
    client = await hub.connect();
  });
  after(() => hub.dispose());

  /** Loads, and waits for what the system says of its process where it says anything. */
  const load = async (path: string, changes: Partial<LoadSettings>): Promise<ResidentModel> => {
    // What is said of the model from now on is about this load.
    await client.request(UnloadModel, {});
    await client.request(SubscribeState, null);
    const measured = new Promise<ResidentModel>((resolve) => {
      const isThere = (model: ResidentModel) =>
        model.path === path &&
        model.taken !== undefined &&
        (model.taken.anonymousBytes !== undefined || process.platform !== 'linux');
      const subscription = client.on(StateChanged, ({ patch }) => {
        const found = patch.models?.find(isThere);
        if (found === undefined) return;
        subscription.dispose();
        resolve(found);
      });
    });
    await client.request(UpdateSettings, { load: { ...TEST_LOAD, batchSize: 32, ...changes } });
    await client.request(LoadModel, { path });
    return measured;
  };

  const cases: [string, Partial<LoadSettings>][] = [
    [TINY_GPT_OSS, { contextSize: 'auto' }],
    [TINY_GPT_OSS, { contextSize: 4_096, sequences: 2 }],
    [TINY_GPT_OSS, { contextSize: 'auto', batchSize: 512 }],
    [TINY_GPT_OSS, { contextSize: 4_096, batchSize: 512, flashAttention: false }],
    [TINY_LLAMA, { contextSize: 'auto', kvCacheType: 'f32' }],
  ];
  for (const [path, changes] of cases) {
    it(`takes what was planned: ${path.split('/').at(-1) ?? ''} ${JSON.stringify(changes)}`, async () => {
      const { planned, taken } = await load(path, changes);
      assert.ok(planned !== undefined && taken !== undefined);
      assert.equal(planned.basis, 'computed');
      const took = takenBytes(taken);
      const apart = Math.abs(plannedBytes(planned) - took);
      assert.ok(apart < TOLERANCE * took + FIXED_BYTES, `${apart}: ${JSON.stringify({ planned, taken })}`);
      if (taken.anonymousBytes !== undefined) {
        const less = planned.totalRamBytes - taken.anonymousBytes;
        const tolerated = TOLERANCE * taken.anonymousBytes + PROCESS_BYTES;
        // Compute buffers count once they have been used, a small job has its context once it comes: nothing was asked yet.
        const later = planned.computeBytes + planned.smallContext.ramBytes;
        assert.ok(less < tolerated + later && -less < tolerated, JSON.stringify({ planned, taken }));
      }
      assert.match(hub.log(), /planned \d+ MiB, took \d+ MiB/);
    });
  }

  it('is measured the second time', async () => {
    const [path, changes] = [TINY_GPT_OSS, { contextSize: 2_048 }];
    const first = await load(path, changes);
    assert.equal(first.planned?.basis, 'computed');
    const second = await load(path, changes);
    assert.equal(second.planned?.basis, 'measured');
    assert.equal(plannedBytes(second.planned), takenBytes(second.taken!));
  });

  it('offers what takes less, of which every choice fits', async () => {
    const choices = await client.request(OfferLess, {});
    assert.ok(
      choices.some(({ changes }) => changes.contextSize !== undefined || changes.kvCacheType === 'q8_0'),
      JSON.stringify(choices),
    );
    assert.ok(choices.every(({ detail }) => detail.startsWith('Takes ')));
  });
});
