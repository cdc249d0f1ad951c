/** One model in memory: where it lives, what it is, what it does. */
import type { ResidentModel } from '../../src/shared/protocol/models';
import type { QueueEntry } from '../../src/shared/protocol/system';
import {
  formatBytes,
  formatCount,
  formatParameters,
  formatPercent,
  formatSpeed,
} from '../../src/shared/util/format';
import { loadFraction } from '../../src/shared/util/load-fraction';
import { comparison } from '../../src/shared/util/planned-use';
import { ProgressBar } from '../components/progress-bar';
import { placedByCount, type PlacedModel } from './map-geometry';
import { PlacementMapView } from './placement-map-view';

export function ModelSection({ model, queue }: { model: ResidentModel; queue: readonly QueueEntry[] }) {
  const { status } = model;
  const placed = placedModel(model);
  return (
    <section class="panel-section" aria-label={model.name} data-testid="hardware-model">
      <h2>{model.name}</h2>
      {status.kind === 'loading' && (
        <div class="wait">
          <span>Loading {formatPercent(loadFraction(status.progress))}</span>
          <ProgressBar label={`Loading ${model.name}`} fraction={loadFraction(status.progress)} />
        </div>
      )}
      {status.kind === 'failed' && (
        <p>
          {status.error.message} {status.error.advice}
        </p>
      )}
      {placed !== undefined && <PlacementMapView model={placed} />}
      <dl class="facts">
        {modelFacts(model, queue).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {model.loaded?.warnings.map((warning) => (
        <p key={warning} class="quiet">
          {warning}
        </p>
      ))}
    </section>
  );
}

/** Undefined while it is not loaded, or nobody knows its layers. */
export function placedModel({ loaded, file }: ResidentModel): PlacedModel | undefined {
  if (loaded === undefined || loaded.totalLayers < 1) return undefined;
  // The engine does not say which GPU has which of them.
  const onGpu = loaded.gpu === 'cpu' ? 0 : loaded.gpuLayers;
  return placedByCount(loaded.totalLayers - 1, onGpu, (file?.experts ?? 0) > 0);
}

export function modelFacts(model: ResidentModel, queue: readonly QueueEntry[]): [string, string][] {
  const { file, loaded, lastContextTokens } = model;
  const own = queue.filter(({ modelPath }) => modelPath === model.path);
  const running = own.filter(({ state }) => state === 'running').length;
  const facts: [string, string][] = [];
  if (file !== undefined) {
    facts.push(['Kind', `${file.architecture}, ${formatParameters(file.parameters)}`]);
    facts.push(['Quantization', file.quantization]);
  }
  if (loaded !== undefined) {
    const chats = loaded.sequences > 1 ? `, ${loaded.sequences} chats` : '';
    const size = `${formatCount(loaded.contextSize)} tokens`;
    facts.push([
      'Context',
      lastContextTokens === undefined
        ? `${size}${chats}`
        : `${formatCount(lastContextTokens)} of ${size} in the last answer${chats}`,
    ]);
    facts.push(['Weights', places(loaded.weights)]);
    facts.push(['KV cache and buffers', places(loaded.context)]);
  }
  if (model.planned !== undefined && model.taken !== undefined) {
    facts.push(['Memory', `${comparison(model.planned, model.taken)} (${model.planned.basis})`]);
  }
  facts.push(['Speed', speed(model)]);
  if (own.length > 0) facts.push(['Queue', `${running} running, ${own.length - running} waiting`]);
  return facts;
}

function places({ vramBytes, ramBytes }: { vramBytes: number; ramBytes: number }): string {
  const parts = [
    ...(vramBytes > 0 ? [`${formatBytes(vramBytes)} VRAM`] : []),
    ...(ramBytes > 0 ? [`${formatBytes(ramBytes)} RAM`] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function speed({ activity, lastTokensPerSecond }: ResidentModel): string {
  switch (activity.kind) {
    case 'decode':
      return formatSpeed(activity.tokensPerSecond);
    case 'prefill':
      return `reading ${formatCount(activity.done)} of ${formatCount(activity.total)} tokens`;
    case 'idle':
      return lastTokensPerSecond === undefined
        ? 'no answer yet'
        : `idle, ${formatSpeed(lastTokensPerSecond)} in the last answer`;
  }
}
