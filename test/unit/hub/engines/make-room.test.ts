import assert from 'node:assert/strict';
import { noRoom, roomFor, whatToUnload, type RoomCandidate } from '../../../../src/hub/engines/make-room';
import { checkRam } from '../../../../src/hub/engines/check-ram';
import type { LoadProspect } from '../../../../src/hub/engines/load-planner';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import { GPT_OSS, gptOssHeader } from '../../../../src/planner/gpt-oss';
import { modelShape } from '../../../../src/planner/model-shape';
import { HearthError } from '../../../../src/shared/protocol/errors';

const GIB = 2 ** 30;

function candidate(
  name: string,
  usedAt: number,
  gib: number,
  more: Partial<RoomCandidate> = {},
): RoomCandidate {
  const bytes = gib * GIB;
  const claim = { path: `/${name}.gguf`, vramBytes: bytes, ramBytes: GIB, anonymousBytes: GIB };
  return { ...claim, name, usedAt, isPinned: false, isBusy: false, ...more };
}

describe('whatToUnload', () => {
  const old = candidate('old', 1, 2);
  const middle = candidate('middle', 2, 20);
  const recent = candidate('recent', 3, 10);
  const fitsIn = (gib: number) => (staying: readonly RoomCandidate[]) =>
    staying.reduce((sum, { vramBytes }) => sum + vramBytes, 0) <= gib * GIB;
  const cases: [string, RoomCandidate[], number, string[] | undefined][] = [
    ['nothing without need', [recent, middle, old], 32, []],
    ['the least recently used', [recent, middle, old], 30, ['old']],
    ['a small one stays when a later large one is enough', [recent, middle, old], 12, ['middle']],
    ['as many as it takes', [recent, middle, old], 11, ['old', 'middle']],
    ['all of them', [recent, middle, old], 0, ['old', 'middle', 'recent']],
    ['never a pinned one', [{ ...old, isPinned: true }, middle, recent], 30, ['middle']],
    ['never a busy one', [{ ...old, isBusy: true }, middle, recent], 30, ['middle']],
    ['not enough that may go', [{ ...middle, isPinned: true }, old, recent], 10, undefined],
  ];
  for (const [name, candidates, gib, expected] of cases) {
    it(name, () => {
      const gone = whatToUnload(candidates, fitsIn(gib));
      assert.deepEqual(
        gone?.map((model) => model.name),
        expected,
      );
    });
  }
});

describe('roomFor', () => {
  const shape = modelShape('gpt-oss-20b', gptOssHeader(GPT_OSS['gpt-oss-20b']!));
  const prospect = (
    candidates: RoomCandidate[],
    more: Partial<LoadProspect['settings']> = {},
  ): LoadProspect => ({
    fileKey: '',
    shape,
    loraBytes: 0,
    settings: { ...DEFAULT_SETTINGS.load, ...more },
    machine: {
      facts: {
        gpu: 'cuda',
        deviceNames: ['H100'],
        vramTotalBytes: 80 * GIB,
        vramUsedBytes: candidates.reduce((sum, { vramBytes }) => sum + vramBytes, 2 * GIB),
        ramTotalBytes: 64 * GIB,
      },
      ram: { totalBytes: 64 * GIB, usedBytes: 8 * GIB + candidates.length * GIB },
      claims: candidates,
    },
  });
  const room = (candidates: RoomCandidate[], more?: Partial<LoadProspect['settings']>) =>
    roomFor(prospect(candidates, more), candidates);

  it('is there beside a small model, and where the context can shrink', () => {
    assert.equal(room([candidate('small', 1, 20)]).kind, 'enough');
    assert.equal(room([candidate('large', 1, 64)]).kind, 'enough');
  });

  it('is not there where layers would have to lie in RAM that could be on the GPU', () => {
    const large = candidate('large', 1, 70);
    const found = room([large]);
    assert.equal(found.kind, 'unload');
    const error = noRoom('gpt-oss-20b', found).info;
    assert.equal(error.code, 'no-room');
    assert.match(error.message, /it needs 1\d\.\d GiB of VRAM and .* beside large \(70\.0 GiB of VRAM/);
    assert.equal(room([{ ...large, isBusy: true }]).kind, 'blocked');
    const pinned = room([{ ...large, isPinned: true }]);
    assert.equal(pinned.kind, 'blocked');
    assert.equal(noRoom('gpt-oss-20b', pinned).info.code, 'model-pinned');
  });

  it('is not sought for what does not even fit alone', () => {
    assert.equal(room([candidate('large', 1, 40)], { gpuLayers: 25, sequences: 64 }).kind, 'enough');
  });

  it('in RAM is checked before the load, and the error says what would fit', () => {
    const small = prospect([]);
    small.machine.ram.totalBytes = 22 * GIB;
    const onCpu: LoadProspect = {
      ...small,
      settings: { ...small.settings, contextSize: 131_072 },
      machine: { ...small.machine, facts: { ...small.machine.facts, gpu: 'cpu', deviceNames: [] } },
    };
    assert.throws(
      () => checkRam('gpt-oss-20b', onCpu),
      (error: unknown) => {
        assert.ok(error instanceof HearthError);
        assert.equal(error.info.code, 'out-of-memory');
        assert.match(error.info.message, /it needs 1\d\.\d GiB of RAM, and 14\.0 GiB are free/);
        assert.match(error.info.advice, /^It would fit with: .*context of [\d,]+ tokens/);
        return true;
      },
    );
    checkRam('gpt-oss-20b', { ...onCpu, settings: { ...onCpu.settings, contextSize: 8_192 } });
    checkRam('gpt-oss-20b', { ...onCpu, settings: { ...onCpu.settings, useMmap: 'on' } });
  });
});
