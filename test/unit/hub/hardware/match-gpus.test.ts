import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemFiles } from '../../../../src/hub/doctor/system-files';
import { readAmdGpus } from '../../../../src/hub/hardware/amd-gpus';
import { matchGpus } from '../../../../src/hub/hardware/match-gpus';
import { parseNvidiaGpus } from '../../../../src/hub/hardware/nvidia-smi';
import type { GpuUsed, MachineFacts } from '../../../../src/shared/protocol/worker';
import { useTempFolder } from '../../../support/temp-folder';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
/** As nvidia-smi prints them: in the order of their slots. */
const TOOL =
  'NVIDIA GeForce RTX 3060, 12288, 300, 0, 580.82.07\nNVIDIA GeForce RTX 4090, 24564, 1000, 5, 580.82.07\n';

function machine(gpu: GpuUsed, deviceNames: string[], totalMib: number, usedMib = 0): MachineFacts {
  const [vramTotalBytes, vramUsedBytes] = [totalMib * MIB, usedMib * MIB];
  return { gpu, deviceNames, vramTotalBytes, vramUsedBytes, ramTotalBytes: 0 };
}

describe('matchGpus', () => {
  // The fastest first, as CUDA counts; its driver keeps a little of each for itself.
  const two = machine('cuda', ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 3060'], 36_300, 1_300);

  it('has each device’s memory, in the devices’ order, adding up to what the engine sees', () => {
    const found = matchGpus(two, parseNvidiaGpus(TOOL))!;
    assert.deepEqual(found.map(({ usedBytes }) => usedBytes / MIB), [1_000, 300]); // prettier-ignore
    const [large, small] = found.map(({ totalBytes }) => totalBytes / MIB);
    assert.equal(Math.round(large! + small!), 36_300);
    assert.ok(large! > 24_100 && large! < 24_564, String(large));
  });

  it('leaves out what the engine does not use, and shares what is used of the rest by size', () => {
    const three = parseNvidiaGpus(`${TOOL}NVIDIA GeForce RTX 3060, 12288, 9000, 0, 580.82.07\n`);
    const found = matchGpus(two, three)!;
    assert.equal(found.length, 2);
    const used = found.map(({ usedBytes }) => usedBytes / MIB);
    assert.ok(Math.abs(used[0]! / used[1]! - 24_564 / 12_288) < 0.001 && Math.round(used[0]! + used[1]!) === 1_300, String(used)); // prettier-ignore
  });

  it('takes cards without a name by the size that theirs has, or in their order', () => {
    const amd = [{ totalBytes: 8 * GIB, usedBytes: 1 }, { totalBytes: 24 * GIB, usedBytes: 2 }]; // prettier-ignore
    const used = (...names: string[]) => matchGpus(machine('vulkan', names, 32_768), amd)?.map(({ usedBytes }) => usedBytes); // prettier-ignore
    assert.deepEqual(used('AMD Radeon RX 7900 XTX (RADV NAVI31)', 'AMD Radeon RX 6600 (RADV NAVI23)'), [2, 1]); // prettier-ignore
    assert.deepEqual(used('AMD Radeon A', 'AMD Radeon B'), [1, 2]);
  });

  for (const [what, facts, tool] of [
    ['no tool tells', two, ''],
    ['a device has another name', machine('cuda', ['NVIDIA GeForce RTX 4090', 'NVIDIA X'], 36_300), TOOL],
    ['they do not add up', machine('cuda', two.deviceNames, 48_000), TOOL],
  ] as const)
    it(`is not certain where ${what}`, () =>
      assert.equal(matchGpus(facts, parseNvidiaGpus(tool)), undefined));
});

describe('readAmdGpus', () => {
  const at = useTempFolder();
  const device = (card: string, files: Record<string, string>): void => {
    const folder = at('sys', 'class', 'drm', card, 'device');
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
  };

  it('reads the cards of its driver, and no others', async () => {
    const memory = { mem_info_vram_total: String(24 * GIB), mem_info_vram_used: '1048576' };
    device('card0', { vendor: '0x8086' });
    device('card1', { vendor: '0x1002', ...memory });
    device('card1-DP-1', { vendor: '0x1002', ...memory });
    device('card2', { vendor: '0x1002', mem_info_vram_total: 'none' });
    device('renderD128', { vendor: '0x1002', ...memory });
    assert.deepEqual(await readAmdGpus(new SystemFiles(at())), [{ totalBytes: 24 * GIB, usedBytes: MIB }]);
  });

  it('finds none where the system shows none', async () => {
    assert.deepEqual(await readAmdGpus(new SystemFiles(at())), []);
  });
});
