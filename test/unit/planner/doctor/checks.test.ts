/** Every check: facts in, its finding out. */
import assert from 'node:assert/strict';
import { CHECKS } from '../../../../src/planner/doctor/all-checks';
import { diagnose } from '../../../../src/planner/doctor/diagnose';
import { known, unknown, type DoctorFacts, type GgufModel } from '../../../../src/planner/doctor/facts';
import type { Finding, Severity } from '../../../../src/shared/protocol/doctor';
import { BLACKWELL, GIB, residentModel, SOUND_MODEL, soundFacts } from './sound-facts';

type Expected = Severity | 'refuted' | 'unchecked';
/** What is changed of a sound machine, what comes of it, and what the evidence says. */
type Row = [changes: Partial<DoctorFacts>, expected: Expected, evidence: RegExp];

function findingOf(id: string, changes: Partial<DoctorFacts>): Finding {
  const found = diagnose(soundFacts(changes)).find((finding) => finding.id === id);
  assert.ok(found, `there is a check ${id}`);
  return found;
}

function check(id: string, rows: Row[]): void {
  it(id, () => {
    for (const [changes, expected, evidence] of rows) {
      const finding = findingOf(id, changes);
      const { status, severity, advice } = finding;
      assert.equal(status === 'verified' ? severity : status, expected, JSON.stringify(finding));
      assert.match(finding.evidence.join('\n'), evidence);
      if (status === 'verified' && severity !== 'info') assert.notEqual(advice, '');
      if (status !== 'verified') assert.deepEqual([advice, severity], ['', 'info']);
    }
  });
}

const { settings } = soundFacts();
const gguf = (changes: Partial<GgufModel>) => known({ ...SOUND_MODEL, ...changes });
const machine = (gpu: 'cuda' | 'vulkan' | 'metal' | 'cpu', ...deviceNames: string[]) =>
  known({ gpu, deviceNames, vramTotalBytes: gpu === 'cpu' ? 0 : 24 * GIB, ramTotalBytes: 128 * GIB });
const card = (changes: Partial<typeof BLACKWELL>) => known([{ ...BLACKWELL, ...changes }]);
const pci = (vendor: 'NVIDIA' | 'AMD' | 'Intel', driver?: string, screens: string[] = []) =>
  known([{ vendor, id: '1234:5678', driver, screens }]);
const gone = { code: 'model-not-found', message: 'There is no file x.', advice: 'Look for it.' } as const;
const noNvidia = { nvidiaGpus: known([]), pciGpus: known([]) };

describe('the checks of the doctor', () => {
  it('find nothing on a sound machine', () => {
    const findings = diagnose(soundFacts());
    assert.deepEqual(
      findings.filter(({ status }) => status !== 'refuted'),
      [],
    );
    assert.equal(new Set(findings.map(({ id }) => id)).size, CHECKS.length);
    for (const { title, meaning, evidence } of findings) {
      assert.ok(title !== '' && meaning !== '' && evidence.every((line) => line.endsWith('.')), title);
    }
  });

  it('say why, where nothing can be looked at', () => {
    const why = 'The moon was in the way.';
    const dark = unknown(why);
    const findings = diagnose(
      soundFacts({
        model: dark,
        machine: dark,
        pciGpus: dark,
        nvidiaGpus: dark,
        gpuPrograms: dark,
        memory: dark,
        storage: dark,
        power: dark,
        cpu: dark,
        glibc: dark,
        window: dark,
      }),
    );
    const settled = findings.filter(({ status }) => status !== 'unchecked').map(({ id }) => id);
    assert.deepEqual(settled, ['flash-attention', 'other-models']);
    for (const { status, evidence } of findings)
      if (status === 'unchecked') assert.deepEqual(evidence, [why]);
  });

  check('model-file', [
    [{}, 'refuted', /12\.9 GB/],
    [{ model: unknown(gone.message, gone) }, 'error', /There is no file x/],
    [{ model: unknown('Too slow.') }, 'unchecked', /Too slow/],
  ]);

  check('checkpoint-format', [
    [{}, 'refuted', /GGUF/],
    [
      {
        model: known({
          kind: 'checkpoint',
          files: ['model.safetensors', 'config.json'],
          json: { 'config.json': { quantization_config: { quant_method: 'gptq', bits: 4 } } },
        }),
      },
      'error',
      /It is a GPTQ checkpoint\.\nconfig\.json: quant_method is "gptq", 4 bits/,
    ],
    [
      { model: known({ kind: 'checkpoint', files: ['a.gguf', 'b.gguf'], json: {} }) },
      'refuted',
      /a\.gguf, b\.gguf/,
    ],
    [{ model: unknown(gone.message, gone) }, 'unchecked', /no file/],
  ]);

  check('architecture-unknown', [
    [{}, 'refuted', /knows "/],
    [{ model: gguf({ architecture: 'new-moe' }) }, 'error', /architecture is "new-moe"/],
    [{ model: gguf({ architecture: '' }) }, 'error', /names no architecture/],
    [{ model: known({ kind: 'checkpoint', files: [], json: {} }) }, 'unchecked', /Only a GGUF file/],
  ]);

  check('chat-template', [
    [{}, 'refuted', /without tools/],
    [
      { model: gguf({ chatTemplate: `${SOUND_MODEL.chatTemplate}{{ tools }}` }) },
      'refuted',
      /tools included/,
    ],
    [{ model: gguf({ chatTemplate: undefined }) }, 'warning', /no tokenizer\.chat_template/],
    [{ model: gguf({ chatTemplate: ' ' }) }, 'warning', /no tokenizer\.chat_template/],
    [{ model: gguf({ chatTemplate: undefined }), resident: residentModel() }, 'info', /ChatML/],
    [{ model: gguf({ chatTemplate: undefined, architecture: 'gpt-oss' }) }, 'refuted', /harmony/],
    [{ model: gguf({ chatTemplate: 'Hello' }) }, 'error', /never looks at the messages/],
    [{ model: gguf({ chatTemplate: '{{ messages }}' }) }, 'info', /where the answer begins/],
    [
      {
        model: gguf({
          chatTemplate: `{% if messages[0]['role'] == 'system' %}{{ raise_exception('No!') }}{% endif %}{{ add_generation_prompt }}`,
        }),
      },
      'info',
      /refuses a system message/,
    ],
    [{ model: known({ kind: 'checkpoint', files: [], json: {} }) }, 'unchecked', /Only a GGUF file/],
  ]);

  check('context-beyond-training', [
    [{}, 'refuted', /at most 131,072/],
    [{ settings: { ...settings, contextSize: 8_192 } }, 'refuted', /8,192 of 131,072/],
    [{ settings: { ...settings, contextSize: 262_144 } }, 'warning', /262,144 .* 131,072/],
    [{ model: gguf({ trainContext: 4_096 }), resident: residentModel() }, 'warning', /8,192 .* 4,096/],
    [
      { model: gguf({ trainContext: 1_000 }), settings: { ...settings, contextSize: 1_024 } },
      'refuted',
      /1,024 of 1,000/,
    ],
    [{ model: gguf({ trainContext: 0 }) }, 'unchecked', /does not say/],
  ]);

  check('c-library', [
    [{}, 'refuted', /2\.36/],
    [{ glibc: known('2.34') }, 'refuted', /2\.34/],
    [{ glibc: known('2.31') }, 'error', /2\.31; 2\.34/],
    [{ glibc: known('2.4') }, 'error', /2\.4;/],
    [{ glibc: known(undefined) }, 'error', /musl/],
    [{ glibc: known('strange') }, 'unchecked', /strange/],
    [{ glibc: known(undefined), platform: 'darwin' }, 'refuted', /Only Linux/],
  ]);

  const missing = 'An NVIDIA driver is installed … Missing: libcudart.so.13.';
  check('gpu-libraries', [
    [{}, 'refuted', /cuda, NVIDIA RTX PRO 6000/],
    [
      {
        machine: known({
          gpu: 'vulkan',
          deviceNames: ['X'],
          vramTotalBytes: 1,
          ramTotalBytes: 1,
          warnings: [missing],
        }),
      },
      'warning',
      /^[^\n]*libcudart\.so\.13\.$/,
    ],
    [{ resident: residentModel({ warnings: [missing] }) }, 'warning', /libcudart/],
    [
      {
        machine: unknown('libcublas.so.13 is missing.', {
          code: 'library-missing',
          message: 'libcublas.so.13 is missing.',
          advice: 'Install the CUDA 13 runtime.',
        }),
      },
      'error',
      /libcublas/,
    ],
    [{ settings: { ...settings, gpu: 'cpu' }, machine: machine('cpu') }, 'refuted', /CPU was chosen/],
    [{ machine: unknown('Too slow.') }, 'unchecked', /Too slow/],
  ]);

  check('nvidia-driver', [
    [{}, 'refuted', /driver 580\.95\.05/],
    [{ nvidiaGpus: card({ driverVersion: '550.54.15' }) }, 'warning', /550\.54\.15/],
    [{ nvidiaGpus: unknown('nvidia-smi failed: Driver/library version mismatch') }, 'error', /mismatch/],
    [{ nvidiaGpus: unknown('Too slow.'), pciGpus: known([]) }, 'unchecked', /Too slow/],
    [{ nvidiaGpus: known([]), pciGpus: pci('NVIDIA', 'nouveau') }, 'error', /"nouveau"/],
    [{ nvidiaGpus: known([]), pciGpus: pci('NVIDIA') }, 'error', /has no driver/],
    [{ nvidiaGpus: known([]), pciGpus: unknown('No bus.') }, 'unchecked', /No bus/],
    [noNvidia, 'refuted', /no NVIDIA card/],
  ]);

  check('cuda-card', [
    [{}, 'refuted', /12\.0/],
    [{ nvidiaGpus: card({ computeCapability: '9.0' }) }, 'info', /9\.0/],
    [{ nvidiaGpus: card({ computeCapability: '6.1' }) }, 'warning', /6\.1/],
    [{ nvidiaGpus: card({ computeCapability: '[N/A]' }) }, 'unchecked', /does not say/],
    [noNvidia, 'refuted', /no NVIDIA card/],
  ]);

  check('gpu-unused', [
    [{}, 'refuted', /through cuda/],
    [{ machine: machine('cpu') }, 'error', /on the CPU, and there is NVIDIA RTX PRO 6000/],
    [{ machine: machine('cpu'), settings: { ...settings, gpu: 'cpu' } }, 'info', /"hearth\.gpu" is "cpu"/],
    [
      { machine: machine('cpu'), ...noNvidia, pciGpus: pci('NVIDIA', 'nouveau') },
      'error',
      /an NVIDIA GPU \(1234:5678\)/,
    ],
    [{ machine: machine('cpu'), ...noNvidia, pciGpus: pci('AMD', 'amdgpu') }, 'warning', /an AMD GPU/],
    [{ machine: machine('cpu'), ...noNvidia, pciGpus: pci('Intel', 'i915') }, 'info', /an Intel GPU/],
    [{ machine: machine('cpu'), ...noNvidia }, 'refuted', /no GPU/],
    [{ machine: machine('cpu'), ...noNvidia, pciGpus: unknown('No bus.') }, 'unchecked', /No bus/],
    [{ machine: machine('cpu'), pciGpus: unknown('Only Linux.') }, 'error', /RTX PRO 6000/],
    [{ machine: machine('cpu'), platform: 'darwin', arch: 'arm64' }, 'error', /Apple silicon/],
  ]);

  const placed = (gpuLayers: number, gpu: 'cuda' | 'cpu' = 'cuda') => ({
    resident: residentModel({ gpu, gpuLayers, totalLayers: 37 }),
  });
  const layers = (gpuLayers: number) => ({ settings: { ...settings, gpuLayers } });
  const loading = residentModel();
  delete loading.loaded;
  check('layers-in-ram', [
    [{}, 'refuted', /"auto": as many as fit/],
    [layers(0), 'warning', /"hearth\.gpuLayers" is 0/],
    [layers(20), 'unchecked', /is 20; whether that is all/],
    [{ ...layers(0), resident: loading }, 'warning', /is 0/],
    [placed(37), 'refuted', /All 37 layers/],
    [placed(34), 'warning', /^34 of 37 layers are on the GPU; 3 are computed by the CPU\.$/],
    [{ ...placed(20), ...layers(20) }, 'warning', /^20 of 37 .* "hearth\.gpuLayers" is 20\.$/],
    [{ ...placed(37), ...layers(0) }, 'refuted', /All 37 layers/],
    // Loaded onto the CPU while the settings said so: the machine has a GPU now.
    [placed(37, 'cpu'), 'warning', /^0 of 37 layers/],
    [{ machine: machine('cpu'), ...layers(0), ...placed(0, 'cpu') }, 'refuted', /No GPU/],
    [{ machine: unknown('Too slow.'), ...placed(0) }, 'unchecked', /Too slow/],
  ]);

  it('layers-in-ram leads to what helps: the setting that says so, else a load with less', () => {
    const led = (changes: Partial<DoctorFacts>) => findingOf('layers-in-ram', changes).action;
    assert.deepEqual(led(layers(0))?.arguments, ['hearth.gpuLayers']);
    assert.deepEqual(led({ ...placed(20), ...layers(20) })?.arguments, ['hearth.gpuLayers']);
    assert.equal(led(placed(20))?.command, 'hearth.reloadWithLess');
    assert.equal(led(placed(37)), undefined);
  });

  check('software-gpu', [
    [{}, 'refuted', /real device/],
    [{ machine: machine('cpu') }, 'refuted', /No GPU/],
    [{ machine: machine('vulkan', 'llvmpipe (LLVM 15.0.6, 256 bits)') }, 'warning', /llvmpipe/],
  ]);

  check('remote-gpu', [
    [{}, 'refuted', /on this machine/],
    [
      { window: known({ remoteName: 'ssh-remote', runsBesideRemote: false, machine: 'box' }) },
      'refuted',
      /the remote machine \(box\), which has NVIDIA/,
    ],
    [
      {
        window: known({ remoteName: 'ssh-remote', runsBesideRemote: false, machine: 'box' }),
        machine: machine('cpu'),
      },
      'warning',
      /runs on the remote machine \(box\), and computes on its CPU/,
    ],
    [
      {
        window: known({ remoteName: 'wsl', runsBesideRemote: true, machine: 'desk' }),
        machine: machine('cpu'),
      },
      'warning',
      /runs on your own computer/,
    ],
  ]);

  const mxfp4 = gguf({ bytesByType: { MXFP4: 9 * GIB, Q8_0: GIB } });
  check('quantization', [
    [{}, 'refuted', /Q4_K \(92 % of the weights\) suits CUDA/],
    [{ model: mxfp4 }, 'refuted', /90 % .* FP4 \(compute capability 12\.0\)/],
    [
      { model: mxfp4, nvidiaGpus: card({ computeCapability: '9.0' }) },
      'info',
      /^90 % of the weights are MXFP4\. CUDA/,
    ],
    [{ model: mxfp4, nvidiaGpus: unknown('?') }, 'unchecked', /not known/],
    [{ model: mxfp4, machine: machine('vulkan', 'RX') }, 'info', /Vulkan multiplies/],
    [{ model: mxfp4, machine: machine('metal', 'M4') }, 'info', /Metal multiplies/],
    [{ model: mxfp4, machine: machine('cpu') }, 'info', /The CPU multiplies/],
    [{ model: gguf({ bytesByType: { unknown: 5, Q8_0: 5 } }) }, 'warning', /50 % .* does not know/],
    [
      { model: gguf({ bytesByType: { TQ2_0: 9, F16: 1 } }) },
      'warning',
      /TQ2_0, which llama\.cpp does not multiply on CUDA/,
    ],
    [{ model: gguf({ bytesByType: { TQ2_0: 9 } }), machine: machine('cpu') }, 'refuted', /TQ2_0/],
    [{ model: gguf({ bytesByType: { TQ1_0: 9 } }), machine: machine('vulkan', 'RX') }, 'refuted', /TQ1_0/],
    [{ model: gguf({ bytesByType: { TQ1_0: 9 } }), machine: machine('metal', 'M4') }, 'warning', /TQ1_0/],
    [{ model: mxfp4, nvidiaGpus: card({ computeCapability: '10.0' }) }, 'info', /12\.0, 12\.1/],
    [{ model: gguf({ bytesByType: { IQ2_XS: 9 } }), machine: machine('cpu') }, 'info', /IQ2_XS/],
    [{ model: gguf({ bytesByType: { IQ2_XS: 9 } }) }, 'refuted', /IQ2_XS/],
    [{ model: gguf({ bytesByType: { IQ4_XS: 9 } }), machine: machine('cpu') }, 'refuted', /IQ4_XS/],
    [{ model: gguf({ bytesByType: { BF16: 9 } }) }, 'refuted', /BF16/],
    [
      { model: gguf({ bytesByType: { BF16: 9 } }), nvidiaGpus: card({ computeCapability: '7.5' }) },
      'info',
      /this card/,
    ],
    [{ model: gguf({ bytesByType: { BF16: 9 } }), machine: machine('cpu') }, 'info', /this CPU/],
    [{ model: gguf({ bytesByType: {} }) }, 'unchecked', /no weights/],
  ]);

  check('cpu-features', [
    [{}, 'refuted', /AVX2/],
    [{ cpu: known({ physicalCores: 4, features: ['avx2', 'avx512f'] }) }, 'refuted', /AVX2, avx512f/],
    [{ cpu: known({ physicalCores: 4, features: ['avx'] }) }, 'info', /no AVX2/],
    [{ cpu: known({ physicalCores: 4, features: ['avx'] }), machine: machine('cpu') }, 'warning', /no AVX2/],
    [
      { cpu: known({ physicalCores: 4, features: ['avx'] }), resident: residentModel({ gpuLayers: 20 }) },
      'warning',
      /no AVX2/,
    ],
    [{ cpu: known({ physicalCores: 4, features: ['asimd'] }), arch: 'arm64' }, 'info', /asimddp/],
    [{ cpu: known({ physicalCores: 4, features: [] }) }, 'unchecked', /does not say/],
    [{ arch: 'riscv64' }, 'unchecked', /riscv64/],
  ]);

  check('flash-attention', [
    [{}, 'refuted', /is on/],
    [{ settings: { ...settings, flashAttention: false } }, 'warning', /"hearth\.flashAttention" is off/],
    [{ resident: residentModel({ flashAttention: false }) }, 'warning', /loaded without it/],
  ]);

  const memory = (availableBytes: number, ramBytes = 16 * GIB) =>
    known({ ramBytes, availableBytes, swapBytes: 0, swapUsedBytes: 0, swappedInPages: 0 });
  const holding = (anonymousBytes: number, weightBytes: number, contextBytes: number) => ({
    ...residentModel({
      weights: { vramBytes: 2 * GIB, ramBytes: weightBytes },
      context: { vramBytes: 0, ramBytes: contextBytes },
    }),
    taken: { vramBytes: 2 * GIB, ramBytes: weightBytes + contextBytes, anonymousBytes },
  });
  check('ram-too-small', [
    [{}, 'refuted', /^0 KiB of weights lie in RAM/],
    [{ machine: machine('cpu'), memory: memory(13 * GIB) }, 'refuted', /12\.0 GiB .* 13\.0 GiB of 16\.0 GiB/],
    [{ machine: machine('cpu'), memory: memory(10 * GIB) }, 'warning', /12\.0 GiB .* 10\.0 GiB/],
    [{ machine: machine('cpu'), memory: memory(7 * GIB, 8 * GIB) }, 'error', /7\.0 GiB of 8\.0 GiB/],
    [
      {
        model: gguf({ fileBytes: 60 * GIB }),
        machine: machine('cuda', 'X'),
        memory: memory(40 * GIB, 64 * GIB),
      },
      'refuted',
      /36\.0 GiB/,
    ],
    [
      {
        resident: residentModel({ weights: { vramBytes: 2 * GIB, ramBytes: 10 * GIB } }),
        memory: memory(9 * GIB),
      },
      'warning',
      /10\.0 GiB/,
    ],
    // Loaded without mmap: what it holds is no longer available, and is what it needs.
    [
      { resident: holding(12 * GIB, 10 * GIB, GIB), memory: memory(2 * GIB, 16 * GIB) },
      'refuted',
      /2\.0 GiB of 16\.0 GiB are available, 11\.0 GiB are the model's already/,
    ],
    // Mapped: what it holds is its cache, and weights have to be dropped.
    [
      { resident: holding(GIB, 10 * GIB, GIB), memory: memory(2 * GIB, 16 * GIB) },
      'warning',
      /2\.0 GiB of 16\.0 GiB are available\./,
    ],
  ]);

  const swap = (swapUsedBytes: number, swappedInPages: number | undefined) =>
    known({ ramBytes: 16 * GIB, availableBytes: 8 * GIB, swapBytes: 8 * GIB, swapUsedBytes, swappedInPages });
  check('swap', [
    [{}, 'refuted', /0 KiB of 8\.0 GiB/],
    [{ memory: memory(8 * GIB) }, 'refuted', /no swap/],
    [{ memory: swap(0.5 * GIB, 0) }, 'refuted', /512 MiB/],
    [{ memory: swap(3 * GIB, 0) }, 'info', /3\.0 GiB/],
    [{ memory: swap(0.5 * GIB, 120) }, 'warning', /120 pages came back/],
    [{ memory: swap(0.5 * GIB, undefined) }, 'refuted', /512 MiB/],
  ]);

  const lies = (fileSystem: string, source: string, disk: 'spinning' | 'solid' | 'unknown') =>
    known({ mountPoint: '/data', fileSystem, source, disk });
  check('slow-storage', [
    [{}, 'refuted', /an SSD/],
    [{ storage: lies('ext4', '/dev/sda1', 'spinning') }, 'warning', /\/dev\/sda1 .* hard disk/],
    [{ storage: lies('nfs4', 'nas:/models', 'unknown') }, 'warning', /nas:\/models \(nfs4/],
    [{ storage: lies('fuse.sshfs', 'me@nas:', 'unknown') }, 'warning', /not a disk of this machine/],
    [{ storage: lies('9p', 'C:\\', 'unknown') }, 'warning', /9p/],
    [{ storage: lies('tmpfs', 'tmpfs', 'unknown') }, 'refuted', /in memory/],
    [{ storage: lies('btrfs', '/dev/dm-0', 'unknown') }, 'unchecked', /does not say/],
  ]);

  check('other-models', [
    [{}, 'refuted', /No other model/],
    [{ others: [residentModel()] }, 'info', /other holds 12\.0 GiB of VRAM and 1\.0 GiB of RAM/],
    [{ others: [{ ...residentModel(), status: { kind: 'failed', error: gone } }] }, 'refuted', /No other/],
  ]);

  const program = (usedBytes: number | undefined, isGraphics = false) =>
    known([{ pid: 77, name: 'ollama', isGraphics, usedBytes }]);
  check('gpu-programs', [
    [{}, 'refuted', /No other program/],
    [{ gpuPrograms: program(20 * GIB) }, 'warning', /ollama \(process 77\) holds 20\.0 GiB/],
    [{ gpuPrograms: program(GIB / 2) }, 'info', /512 MiB/],
    [{ gpuPrograms: program(undefined) }, 'info', /an unknown amount/],
    [{ gpuPrograms: program(GIB, true) }, 'refuted', /No other program/],
    [{ ...noNvidia, gpuPrograms: unknown('?') }, 'refuted', /no NVIDIA GPU/],
  ]);

  check('gpu-screen', [
    [{}, 'refuted', /No screen/],
    [{ gpuPrograms: program(GIB / 8, true) }, 'info', /128 MiB/],
    [{ nvidiaGpus: card({ isDisplay: true }) }, 'info', /hangs on NVIDIA RTX/],
    [
      { pciGpus: pci('AMD', 'amdgpu', ['DP-1', 'HDMI-A-1']) },
      'info',
      /AMD GPU \(1234:5678\) at DP-1, HDMI-A-1/,
    ],
    [{ pciGpus: pci('Intel', 'i915', ['eDP-1']) }, 'refuted', /No screen/],
  ]);

  check('threads', [
    [{}, 'refuted', /16 cores/],
    [{ settings: { ...settings, threads: 16 } }, 'refuted', /16 threads on 16 cores/],
    [{ settings: { ...settings, threads: 17 } }, 'warning', /17 threads on 16 physical cores/],
    [{ resident: residentModel({ threads: 32 }) }, 'warning', /32 threads/],
  ]);

  const power = (changes: Record<string, unknown>) => {
    const { power: sound } = soundFacts();
    assert.ok(sound.known);
    return known({ ...sound.value, ...changes });
  };
  check('power-saving', [
    [{}, 'refuted', /"powersave", "balance_performance"/],
    [{ power: power({ governorDriver: 'acpi-cpufreq' }) }, 'warning', /stays at its lowest clock/],
    [{ power: power({ energyPreferences: ['power'] }) }, 'warning', /energy preference is "power"/],
    [{ power: power({ platformProfile: 'low-power' }) }, 'warning', /profile is "low-power"/],
    [{ power: power({ governors: [], energyPreferences: [] }) }, 'refuted', /leaves the clock alone/],
  ]);

  check('battery', [
    [{}, 'refuted', /no battery/],
    [{ power: power({ batteryPercent: 80 }) }, 'refuted', /plugged in \(battery at 80 %\)/],
    [{ power: power({ batteryPercent: 34, onBattery: true }) }, 'warning', /at 34 %/],
  ]);
});
