/** What the kernel and nvidia-smi say, turned into facts: samples of their texts, and trees of their files. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { attempt } from '../../../../src/hub/doctor/attempt';
import { parseCpuinfo } from '../../../../src/hub/doctor/read-cpu';
import { parseSwapIns, readMemory } from '../../../../src/hub/doctor/read-memory';
import { parseGpuPrograms, parseNvidiaGpus } from '../../../../src/hub/doctor/read-nvidia';
import { readPciGpus } from '../../../../src/hub/doctor/read-pci-gpus';
import { readPower } from '../../../../src/hub/doctor/read-power';
import { mountOf, parseMounts, readStorage } from '../../../../src/hub/doctor/read-storage';
import { SystemFiles } from '../../../../src/hub/doctor/system-files';
import { known, type Known } from '../../../../src/planner/doctor/facts';
import { HearthError } from '../../../../src/shared/protocol/errors';

const MIB = 2 ** 20;

describe('nvidia-smi', () => {
  it('lists cards', () => {
    const output =
      'NVIDIA H100 80GB HBM3, 9.0, 580.65.06, 4, 81559, Disabled\n' +
      'NVIDIA RTX PRO 6000 Blackwell, 12.0, 580.65.06, 1033, 97887, Enabled\n';
    assert.deepEqual(parseNvidiaGpus(output), [
      {
        name: 'NVIDIA H100 80GB HBM3',
        computeCapability: '9.0',
        driverVersion: '580.65.06',
        usedBytes: 4 * MIB,
        totalBytes: 81_559 * MIB,
        isDisplay: false,
      },
      {
        name: 'NVIDIA RTX PRO 6000 Blackwell',
        computeCapability: '12.0',
        driverVersion: '580.65.06',
        usedBytes: 1_033 * MIB,
        totalBytes: 97_887 * MIB,
        isDisplay: true,
      },
    ]);
    assert.equal(parseNvidiaGpus('NVIDIA GB10, 12.1, 580.95.05, [N/A], [N/A], Disabled\n')[0]?.totalBytes, 0);
    assert.deepEqual(parseNvidiaGpus('\n'), []);
  });

  it('lists programs', () => {
    const output = [
      '| Processes:                                                                              |',
      '|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |',
      '|        ID   ID                                                               Usage      |',
      '|=========================================================================================|',
      '|    0   N/A  N/A            1811      G   /usr/lib/xorg/Xorg                       45MiB |',
      '|    0   N/A  N/A          125678      C   /opt/my tools/ollama serve            20345MiB |',
      '|    1   N/A  N/A            2200    C+G   ...\\Cwd\\SystemSettings.exe             N/A      |',
      '+-----------------------------------------------------------------------------------------+',
    ].join('\n');
    assert.deepEqual(parseGpuPrograms(output), [
      { pid: 1811, name: '/usr/lib/xorg/Xorg', isGraphics: true, usedBytes: 45 * MIB },
      { pid: 125_678, name: '/opt/my tools/ollama serve', isGraphics: false, usedBytes: 20_345 * MIB },
      { pid: 2_200, name: '...\\Cwd\\SystemSettings.exe', isGraphics: false, usedBytes: undefined },
    ]);
    assert.deepEqual(parseGpuPrograms('|  No running processes found   |'), []);
  });
});

describe('/proc', () => {
  it('has what came back from the swap', () => {
    assert.equal(parseSwapIns('pswpin 1234\npswpout 99\n'), 1_234);
    assert.equal(parseSwapIns('nr_free_pages 1\n'), undefined);
  });

  it('has mounts, and the innermost one counts', () => {
    const mounts = parseMounts(
      [
        '/dev/nvme0n1p2 / ext4 rw,relatime 0 0',
        'nas:/models /mnt/my\\040models nfs4 rw 0 0',
        '/dev/sda1 /mnt ext4 rw 0 0',
        'tmpfs /mnt tmpfs rw 0 0',
        '',
      ].join('\n'),
    );
    const check = (path: string, source: string): void => assert.equal(mountOf(mounts, path)?.source, source);
    check('/home/ada/x.gguf', '/dev/nvme0n1p2');
    check('/mnt/my models/x.gguf', 'nas:/models');
    check('/mnt/my modelsX/x.gguf', 'tmpfs');
    check('/mnt', 'tmpfs');
    check('/mntX', '/dev/nvme0n1p2');
    assert.equal(mountOf([], '/x'), undefined);
  });

  it('has cores and instructions, of x86 and of ARM', () => {
    const x86 = [0, 1, 2, 3]
      .map((n) => `processor\t: ${n}\nphysical id\t: 0\ncore id\t\t: ${n % 2}\nflags\t\t: fpu AVX2 f16c\n`)
      .join('\n');
    assert.deepEqual(parseCpuinfo(x86), { physicalCores: 2, features: ['fpu', 'avx2', 'f16c'] });
    const arm = [0, 1].map((n) => `processor\t: ${n}\nFeatures\t: fp asimd asimddp\n`).join('\n');
    assert.deepEqual(parseCpuinfo(arm), { physicalCores: 2, features: ['fp', 'asimd', 'asimddp'] });
    assert.deepEqual(parseCpuinfo(''), { physicalCores: 1, features: [] });
  });
});

describe('/sys', () => {
  let root: string;
  const write = (tree: Record<string, string>): SystemFiles => {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${text}\n`);
    }
    return new SystemFiles(root);
  };
  const valueOf = <T>(fact: Known<T>): T => {
    assert.ok(fact.known, JSON.stringify(fact));
    return fact.value;
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hearth-sys-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('has the battery, and not the mouse’s', async () => {
    const supply = 'sys/class/power_supply';
    const files = write({
      [`${supply}/AC/type`]: 'Mains',
      [`${supply}/AC/online`]: '0',
      [`${supply}/BAT0/type`]: 'Battery',
      [`${supply}/BAT0/status`]: 'Discharging',
      [`${supply}/BAT0/capacity`]: '41',
      [`${supply}/hidpp_battery_0/type`]: 'Battery',
      [`${supply}/hidpp_battery_0/scope`]: 'Device',
      [`${supply}/hidpp_battery_0/capacity`]: '90',
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave',
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_driver': 'amd-pstate-epp',
      'sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference': 'power',
      'sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'powersave',
      'sys/devices/system/cpu/cpufreq/boost': '1',
      'sys/firmware/acpi/platform_profile': 'low-power',
    });
    assert.deepEqual(valueOf(await readPower(files)), {
      batteryPercent: 41,
      onBattery: true,
      governors: ['powersave'],
      governorDriver: 'amd-pstate-epp',
      energyPreferences: ['power'],
      platformProfile: 'low-power',
    });
    write({ [`${supply}/AC/online`]: '1' });
    assert.equal(valueOf(await readPower(files)).onBattery, false);
    rmSync(join(root, supply, 'BAT0'), { recursive: true });
    assert.equal(valueOf(await readPower(files)).batteryPercent, undefined);
  });

  it('has the GPUs on the bus, their drivers and screens', async () => {
    const bus = 'sys/bus/pci/devices';
    const files = write({
      [`${bus}/0000:00:02.0/class`]: '0x030000',
      [`${bus}/0000:00:02.0/vendor`]: '0x1002',
      [`${bus}/0000:00:02.0/device`]: '0x744c',
      [`${bus}/0000:00:02.0/drm/card1/card1-DP-1/status`]: 'connected',
      [`${bus}/0000:00:02.0/drm/card1/card1-HDMI-A-1/status`]: 'disconnected',
      [`${bus}/0000:00:02.0/drm/renderD128/dev`]: '226:128',
      [`${bus}/0000:01:00.0/class`]: '0x030200',
      [`${bus}/0000:01:00.0/vendor`]: '0x10de',
      [`${bus}/0000:01:00.0/device`]: '0x2bb1',
      // A sound chip, and the picture of a virtual machine.
      [`${bus}/0000:01:00.1/class`]: '0x040300',
      [`${bus}/0000:01:00.1/vendor`]: '0x10de',
      [`${bus}/0000:02:00.0/class`]: '0x030000',
      [`${bus}/0000:02:00.0/vendor`]: '0x1234',
      'sys/bus/pci/drivers/amdgpu/bind': '',
    });
    symlinkSync('../../drivers/amdgpu', join(root, bus, '0000:00:02.0/driver'));
    assert.deepEqual(valueOf(await readPciGpus(files)), [
      { vendor: 'AMD', id: '1002:744c', driver: 'amdgpu', screens: ['DP-1'] },
      { vendor: 'NVIDIA', id: '10de:2bb1', driver: undefined, screens: [] },
    ]);
    rmSync(join(root, bus), { recursive: true });
    assert.equal((await readPciGpus(files)).known, false);
  });

  it('has the disk behind a partition', async () => {
    const check = async (source: string, tree: Record<string, string>, disk: string): Promise<void> => {
      const files = write({ 'proc/self/mounts': `${source} / ext4 rw 0 0`, ...tree });
      assert.equal(valueOf(await readStorage(files, __filename)).disk, disk);
    };
    const disks = 'sys/devices/pci0/block';
    await check(
      '/dev/sda1',
      { 'dev/sda1': '', [`${disks}/sda/sda1/size`]: '9', 'sys/class/block/x': '' },
      'unknown',
    );
    symlinkSync('../../devices/pci0/block/sda/sda1', join(root, 'sys/class/block/sda1'));
    await check('/dev/sda1', { [`${disks}/sda/queue/rotational`]: '1' }, 'spinning');
    await check('/dev/sda1', { [`${disks}/sda/queue/rotational`]: '0' }, 'solid');
    await check('/dev/sda1', { [`${disks}/sda/device/model`]: 'QEMU HARDDISK' }, 'unknown');
    await check('/dev/vda', { 'dev/vda': '', 'sys/class/block/vda/queue/rotational': '1' }, 'unknown');
    await check('nas:/models', {}, 'unknown');
    mkdirSync(join(root, 'dev/mapper'));
    writeFileSync(join(root, 'dev/dm-0'), '');
    symlinkSync('../dm-0', join(root, 'dev/mapper/home'));
    await check('/dev/mapper/home', { 'sys/class/block/dm-0/queue/rotational': '1' }, 'spinning');
  });

  it('tells pages that come back from the swap now from those of last week', async () => {
    const files = write({
      'proc/meminfo': 'MemTotal: 4 kB\nMemAvailable: 2 kB',
      'proc/vmstat': 'pswpin 500',
    });
    assert.equal(valueOf(await readMemory(files, 480)).swappedInPages, 20);
    assert.equal(valueOf(await readMemory(files, undefined)).swappedInPages, undefined);
    assert.equal((await readMemory(new SystemFiles(join(root, 'none')), 1)).known, false);
  });
});

describe('attempt', () => {
  it('has what was read, or why not', async () => {
    assert.deepEqual(await attempt('The moon', 1_000, () => Promise.resolve(known(1))), known(1));
    assert.deepEqual(await attempt('The moon', 1, () => new Promise(() => undefined)), {
      known: false,
      why: 'The moon could not be read within 0.001 s.',
    });
    const broken = await attempt('The moon', 1_000, () => Promise.reject(new Error('It is new.')));
    assert.deepEqual(broken, { known: false, why: 'The moon could not be read (Error: It is new.).' });
    const error = new HearthError('library-missing', 'libx is missing.', 'Install it.');
    const said = await attempt('The moon', 1_000, () => Promise.reject(error));
    assert.deepEqual(said, { known: false, why: 'libx is missing.', error: error.info });
  });
});
