/** Settings of a load that the engine must really follow: what it used is read back. */
import assert from 'node:assert/strict';
import type { HubClient } from '../../src/client/hub-client';
import { HearthError } from '../../src/shared/protocol/errors';
import { LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings, type LoadSettings } from '../../src/shared/protocol/settings';
import { TEST_LOAD, TestHub, WatchedConversation } from '../support/hub';

describe('load settings', () => {
  let hub: TestHub;
  let client: HubClient;
  before(async () => {
    hub = TestHub.create();
    client = await hub.connect();
  });
  after(() => hub.dispose());

  const loadWith = async (changes: Partial<LoadSettings>) => {
    await client.request(UpdateSettings, { load: { ...TEST_LOAD, contextSize: 4_096, ...changes } });
    const { loaded } = await client.request(LoadModel, {});
    assert.ok(loaded !== undefined);
    return loaded;
  };

  it('choose the numbers of the KV cache, which then takes less, and the model still answers', async () => {
    const usual = await loadWith({});
    assert.equal(usual.kvCacheType, 'f16');
    const small = await loadWith({ kvCacheType: 'q8_0' });
    assert.equal(small.kvCacheType, 'q8_0');
    assert.ok(small.context.ramBytes < usual.context.ramBytes, JSON.stringify([small, usual]));
    const chat = await WatchedConversation.create(client);
    assert.notEqual((await chat.ask('hi')).stopReason, 'failed');
  });

  it('that rule each other out are named before anything is loaded', async () => {
    await assert.rejects(loadWith({ kvCacheType: 'q8_0', flashAttention: false }), (error: unknown) => {
      assert.ok(error instanceof HearthError);
      assert.equal(error.info.code, 'settings-conflict');
      assert.match(error.info.message, /q8_0 needs flash attention, which is off/);
      return true;
    });
    assert.equal((await loadWith({ flashAttention: false })).flashAttention, false);
  });

  it('map the file or not', async () => {
    assert.equal((await loadWith({ useMmap: 'on' })).useMmap, true);
    assert.equal((await loadWith({ useMmap: 'off' })).useMmap, false);
  });
});
