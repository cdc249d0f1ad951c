import type { ResidentModel } from '../shared/protocol/models';
import { SubscribeState } from '../shared/protocol/system';
import { connectIfRunning } from './connect';
import { formatBytes, formatCount, formatPercent } from '../shared/util/format';
import { loadFraction } from '../shared/util/load-fraction';

/** What is loaded, where, and who waits. Starts nothing. */
export async function status(json: boolean): Promise<void> {
  const client = await connectIfRunning();
  if (client === undefined) {
    console.log(json ? JSON.stringify({ hub: null, models: [], queue: [] }) : 'Hearth is not running.');
    return;
  }
  try {
    const { state } = await client.request(SubscribeState, null);
    const { pid, version } = client.info;
    if (json) {
      console.log(JSON.stringify({ hub: { pid, version }, models: state.models, queue: state.queue }));
      return;
    }
    console.log(`Hearth ${version}, process ${pid}`);
    if (state.models.length === 0) console.log('No model is loaded.');
    for (const model of state.models) console.log(describe(model));
    for (const entry of state.queue) console.log(`${entry.state}: ${entry.label} (${entry.priority})`);
  } finally {
    client.dispose();
  }
}

function describe(model: ResidentModel): string {
  const { status: state, loaded, memory } = model;
  switch (state.kind) {
    case 'loading':
      return `${model.name}: loading ${formatPercent(loadFraction(state.progress))}`;
    case 'failed':
      return `${model.name}: ${state.error.message} ${state.error.advice}`;
    case 'ready': {
      if (loaded === undefined) return `${model.name}: ready`;
      const place =
        loaded.gpu === 'cpu' ? 'CPU' : `${loaded.gpuLayers}/${loaded.totalLayers} layers on ${loaded.gpu}`;
      const use =
        memory === undefined
          ? ''
          : `, VRAM ${formatBytes(memory.vramUsedBytes)}, RAM ${formatBytes(memory.ramUsedBytes)}`;
      const numbers = (loaded.kvCacheType ?? 'f16') === 'f16' ? '' : ` in ${loaded.kvCacheType}`;
      return `${model.name}: ready, ${place}, context ${formatCount(loaded.contextSize)}${numbers}${use}`;
    }
  }
}
