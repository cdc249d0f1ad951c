import assert from 'node:assert/strict';
import { statusText, type StatusFacts } from '../../../../src/extension/status/status-text';
import { statusTooltip, TOOLTIP_COMMANDS } from '../../../../src/extension/status/status-tooltip';
import type { ResidentModel } from '../../../../src/shared/protocol/models';
import type { HubState } from '../../../../src/shared/protocol/system';

const GIB = 2 ** 30;
const error = { code: 'worker-ended' as const, message: 'It *ended*.', advice: 'Load it again.' };

const settings: HubState['settings'] = {
  modelFolders: [],
  modelFiles: [],
  load: {
    gpu: 'auto',
    gpuLayers: 'auto',
    contextSize: 'auto',
    sequences: 1,
    batchSize: 512,
    flashAttention: true,
    threads: 'auto',
    loras: [],
  },
  conversation: {
    system: '',
    instructions: '',
    effort: 'medium',
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
  },
  keepAliveMinutes: 30,
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
      '| VRAM used | ███████░░░ 65.0 GiB of 95.6 GiB |',
      '| RAM used | █░░░░░░░░░ 8.0 GiB of 64.0 GiB |',
      '| Requests | none |',
      '| Unloads | in 12 min |',
    ])
      assert.ok(plain.includes(row), `${row} is missing in\n${plain}`);
  });

  it('shows names and messages as they are', () => {
    const failed = statusTooltip(facts({ ...ready, status: { kind: 'failed', error } }));
    assert.ok(failed.includes('It \\*ended\\*\\.'), failed);
    const evil = { ...error, message: '[click](command:evil)' };
    const tooltip = statusTooltip(facts(undefined, { hub: { kind: 'failed', error: evil } }));
    assert.ok(tooltip.includes('\\[click\\]\\(command:evil\\)'), tooltip);
  });

  it('links only to commands that it may run', () => {
    const all = [facts(ready), facts(undefined), facts(undefined, { hub: { kind: 'failed', error } })];
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
