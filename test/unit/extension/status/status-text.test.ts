import assert from 'node:assert/strict';
import { statusText, type StatusFacts } from '../../../../src/extension/status/status-text';
import { statusTooltip, TOOLTIP_COMMANDS } from '../../../../src/extension/status/status-tooltip';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import type { ResidentModel } from '../../../../src/shared/protocol/models';
import type { HubState } from '../../../../src/shared/protocol/system';

const GIB = 2 ** 30;
const error = { code: 'worker-ended' as const, message: 'It *ended*.', advice: 'Load it again.' };

const settings: HubState['settings'] = {
  modelFolders: [],
  modelFiles: [],
  load: DEFAULT_SETTINGS.load,
  conversation: {
    system: '',
    instructions: '',
    effort: 'medium',
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
  },
  keepAliveMinutes: 30,
  idleMinutes: null,
  keep: {},
  maxLoadedModels: 1,
};

const ready: ResidentModel = {
  path: '/m/gpt-oss-120b.gguf',
  name: 'gpt-oss-120b',
  status: { kind: 'ready' },
  activity: { kind: 'idle' },
  loras: [{ path: '/l/style.gguf', scale: 0.5 }],
  file: {
    architecture: 'gpt-oss',
    quantization: 'MXFP4',
    parameters: 116_830_000_000,
    contextLength: 131_072,
    layers: 36,
    experts: 128,
  },
  loaded: {
    gpu: 'cuda',
    deviceNames: ['NVIDIA RTX'],
    gpuLayers: 37,
    totalLayers: 37,
    contextSize: 131_072,
    trainContextSize: 131_072,
    sequences: 1,
    threads: 8,
    flashAttention: true,
    weights: { vramBytes: 58.4 * GIB, ramBytes: 0.6 * GIB },
    context: { vramBytes: 6.2 * GIB, ramBytes: 0 },
    promptFormat: 'harmony',
    loadMs: 15_000,
    warnings: [],
  },
  planned: {
    totalVramBytes: 65 * GIB,
    totalRamBytes: GIB,
    weights: { vramBytes: 58.4 * GIB, ramBytes: 0.6 * GIB },
    kvBytes: 3.5 * GIB,
    computeBytes: 0.6 * GIB,
    smallContext: { vramBytes: 0.7 * GIB, ramBytes: 0 },
    basis: 'computed',
  },
  taken: { vramBytes: 62.8 * GIB, ramBytes: 0.6 * GIB },
  memory: {
    vramUsedBytes: 65 * GIB,
    vramTotalBytes: 95.6 * GIB,
    ramUsedBytes: 8 * GIB,
    ramTotalBytes: 64 * GIB,
    evaluatedTokens: 0,
  },
};

const onCpu: ResidentModel['loaded'] = {
  ...ready.loaded!,
  gpu: 'cpu',
  gpuLayers: 0,
  weights: { vramBytes: 0, ramBytes: 59 * GIB },
  context: { vramBytes: 0, ramBytes: 6.2 * GIB },
};

function facts(model: ResidentModel | undefined, more: Partial<StatusFacts> = {}): StatusFacts {
  return {
    hub: { kind: 'connected', state: { models: model === undefined ? [] : [model], queue: [], settings } },
    modelName: 'gpt-oss-120b',
    model,
    fileError: undefined,
    machine: undefined,
    now: 0,
    ...more,
  };
}

const waiting = { id: 'q', label: '', modelPath: '', priority: 'chat' as const, since: 0 };

describe('statusText', () => {
  const cases: [StatusFacts, string][] = [
    [facts(undefined, { hub: { kind: 'connecting' } }), '$(sync~spin) Hearth starting'],
    [facts(undefined, { hub: { kind: 'failed', error } }), '$(warning) Hearth is not running'],
    [facts(undefined), '$(flame) gpt-oss-120b · not loaded'],
    [facts(undefined, { fileError: error }), '$(warning) gpt-oss-120b'],
    [
      facts({ ...ready, status: { kind: 'loading', progress: { phase: 'weights', fraction: 0.45 } } }),
      '$(sync~spin) loading 43 %',
    ],
    [facts(ready), '$(flame) gpt-oss-120b · 37/37 GPU · 64.6 GiB VRAM · ready'],
    [
      facts({ ...ready, activity: { kind: 'prefill', done: 1_200, total: 4_000 } }),
      '$(flame) gpt-oss-120b · 37/37 GPU · 64.6 GiB VRAM · prefill 1.2k/4k',
    ],
    [
      facts({ ...ready, activity: { kind: 'decode', tokensPerSecond: 131.7 } }),
      '$(flame) gpt-oss-120b · 37/37 GPU · 64.6 GiB VRAM · 132 tok/s',
    ],
    [
      facts({ ...ready, loaded: onCpu, lastTokensPerSecond: 4.2 }),
      '$(flame) gpt-oss-120b · CPU · 65.2 GiB RAM · 4.2 tok/s',
    ],
    [
      facts(ready, {
        hub: {
          kind: 'connected',
          state: {
            models: [ready],
            queue: [
              { ...waiting, state: 'running' },
              { ...waiting, state: 'waiting' },
            ],
            settings,
          },
        },
        machine: 'gpu-box',
      }),
      '$(flame) gpt-oss-120b · 37/37 GPU · 64.6 GiB VRAM · ready · queue 1 · gpu-box',
    ],
    [facts({ ...ready, status: { kind: 'failed', error } }), '$(warning) worker ended'],
    [
      facts({ ...ready, status: { kind: 'failed', error: { ...error, code: 'cancelled' } } }),
      '$(flame) gpt-oss-120b · not loaded',
    ],
  ];
  for (const [input, text] of cases) it(text, () => assert.equal(statusText(input).text, text));

  it('warns only of what does not work', () => {
    assert.equal(statusText(facts(ready)).isWarning, false);
    assert.equal(statusText(facts({ ...ready, status: { kind: 'failed', error } })).isWarning, true);
  });
});

describe('statusTooltip', () => {
  it('is a table of what is measured', () => {
    const tooltip = statusTooltip(facts({ ...ready, unloadAt: 11.5 * 60_000 }));
    const plain = tooltip.replaceAll('\\', '');
    for (const row of [
      '| Model | gpt-oss-120b |',
      '| Kind | gpt-oss · 117B · MXFP4 |',
      '| LoRA | style × 0.5 |',
      '| Context | 131,072 of 131,072 tokens |',
      '| Layers | 37/37 GPU · NVIDIA RTX |',
      '| Weights | 58.4 GiB VRAM + 614 MiB RAM |',
      '| Memory | planned 63.1 GiB, took 63.4 GiB (computed) |',
      '| VRAM used | ███████░░░ 65.0 GiB of 95.6 GiB |',
      '| RAM used | █░░░░░░░░░ 8.0 GiB of 64.0 GiB |',
      '| Requests | none |',
      '| Unloads | in 12 min |',
    ])
      assert.ok(plain.includes(row), `${row} is missing in\n${plain}`);
  });

  it('says what was measured before', () => {
    const planned = { ...ready.planned!, basis: 'measured' as const, tokensPerSecond: 131 };
    const plain = statusTooltip(facts({ ...ready, planned })).replaceAll('\\', '');
    assert.match(plain, /\| Memory \| planned 63\.1 GiB, took 63\.4 GiB \(measured\) \|/);
    assert.match(plain, /\| Usual speed \| 131 tok\/s \(measured\) \|/);
  });

  it('says how long the model stays, why it was loaded again, and when it will be', () => {
    const rows = (model: Partial<ResidentModel>) =>
      statusTooltip(facts({ ...ready, ...model })).replaceAll('\\', '');
    assert.match(rows({}), /\| Unloads \| 30 min after the last window closed \|/);
    assert.match(rows({ keep: 'pinned' }), /\| Unloads \| never: it is pinned \|/);
    assert.match(rows({ keep: 5 }), /or 5 min after its last request \|/);
    assert.match(rows({ restart: { at: 0, error } }), /\| Loaded again \| \d\d:\d\d: It \*ended\*\. \|/);
    assert.match(rows({ status: { kind: 'failed', error, retryAt: 4_500 } }), /It is loaded again in 5 s\./);
    assert.match(rows({ status: { kind: 'failed', error, retryAt: 0 } }), /It is being loaded again\./);
  });

  it('shows names and messages as they are', () => {
    const failed = statusTooltip(facts({ ...ready, status: { kind: 'failed', error } }));
    assert.ok(failed.includes('It \\*ended\\*\\.'), failed);
    const evil = { ...error, message: '[click](command:evil)' };
    const tooltip = statusTooltip(facts(undefined, { hub: { kind: 'failed', error: evil } }));
    assert.ok(tooltip.includes('\\[click\\]\\(command:evil\\)'), tooltip);
  });

  it('links only to commands that it may run', () => {
    const failed = (['no-room', 'out-of-memory'] as const).map((code) =>
      facts({ ...ready, status: { kind: 'failed', error: { ...error, code } } }),
    );
    const all = [
      ...failed,
      facts(ready),
      facts(undefined),
      facts(undefined, { hub: { kind: 'failed', error } }),
    ];
    assert.match(statusTooltip(failed[0]!), /\(command:hearth\.makeRoom\)/);
    assert.match(statusTooltip(failed[1]!), /\(command:hearth\.reloadWithLess\)/);
    for (const input of all) {
      for (const [, command] of statusTooltip(input).matchAll(/\]\(command:([^)]*)\)/g)) {
        assert.ok(
          TOOLTIP_COMMANDS.some((known) => known === command),
          command,
        );
      }
    }
  });
});
