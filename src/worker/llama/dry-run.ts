/** What the engine would take for a load: it builds model and context, but allocates nothing and reads no weights. */
import { basename } from 'node:path';
import { GgufInsights, readGgufFileInfo, type Llama } from 'node-llama-cpp';
import { HearthError } from '../../shared/protocol/errors';
import type { DryRun, DryRunParams, Placement } from '../../shared/protocol/worker';
import { ggmlTypeOf } from './kv-cache-type';
import { loadLlama } from './load-llama';
import type { NativeLog } from './native-log';

/** A process keeps one: trying another context of the same file takes milliseconds then. */
let last: { path: string; llama: Llama; insights: Promise<GgufInsights> } | undefined;

/** @throws HearthError `model-load-failed` when the engine cannot build it so; with the engine's reason as details */
export async function dryRun(params: DryRunParams, log: NativeLog): Promise<DryRun> {
  const { modelPath, gpuLayers, context, sequences, batch, kvType, flashAttention } = params;
  const { llama } = await loadLlama(params.gpu, log);
  const insights = await insightsOf(modelPath, llama);
  const before = log.now;
  // Both fall back to rough sizes when the engine fails, and only log why.
  const options = { useMmap: false };
  const weights = await insights.estimateModelResourceRequirementsV2({ ...options, gpuLayers });
  const buffers = await insights.estimateContextResourceRequirementsV2({
    ...options,
    modelGpuLayers: gpuLayers,
    contextSize: context,
    batchSize: batch,
    sequences,
    flashAttention,
    kvCacheKeyType: ggmlTypeOf(kvType),
    kvCacheValueType: ggmlTypeOf(kvType),
  });
  const complaints = log.since(before);
  if (complaints.length > 0) throw failed(basename(modelPath), complaints, log);
  return { weights: placement(weights), context: placement(buffers) };
}

/** A mere warning does not say that the load itself would fail. */
function failed(name: string, complaints: readonly string[], log: NativeLog): HearthError {
  const isRefused = complaints.some((line) => /^\[(?:error|fatal)\]/.test(line));
  return new HearthError(
    isRefused ? 'model-load-failed' : 'internal',
    isRefused
      ? `The engine cannot load ${name} so: ${log.lastError() ?? 'it does not say why'}`
      : `The engine’s dry run of ${name} came to no result.`,
    'Choose another file, or other settings.',
    complaints.join('\n'),
  );
}

function insightsOf(path: string, llama: Llama): Promise<GgufInsights> {
  if (last?.path !== path || last.llama !== llama) {
    const insights = readGgufFileInfo(path).then((info) => GgufInsights.from(info, llama));
    last = { path, llama, insights };
  }
  return last.insights;
}

function placement({ gpuVram, cpuRam }: { gpuVram: number; cpuRam: number }): Placement {
  return { vramBytes: gpuVram, ramBytes: cpuRam };
}
