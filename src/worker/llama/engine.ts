/** The model in this process: its weights, its contexts, and the answers that it gives. */
import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Llama, LlamaContext, LlamaModel, Token } from 'node-llama-cpp';
import { HearthError } from '../../shared/protocol/errors';
import { NO_FIGURES } from '../../shared/protocol/figures';
import type { LoadSettings } from '../../shared/protocol/settings';
import type {
  AnswerPacket,
  LoadedFacts,
  LoadProgress,
  PlannedLoad,
  MemoryUse,
  WorkerGenerateParams,
  WorkerGenerateResult,
  WorkerLoadParams,
} from '../../shared/protocol/worker';
import { formatCount } from '../../shared/util/format';
import { smallContextSize } from '../../shared/util/small-context';
import type { PromptFormat } from '../prompt/prompt-format';
import { withAdapters } from './adapter-use';
import { choosePromptFormat } from './choose-prompt-format';
import { readControlTokens } from './control-tokens';
import { decodeFirst } from './decode-first';
import { chooseKvCacheType, kvCacheOptions, kvTypeOf } from './kv-cache-type';
import { LeftSamplers } from './left-samplers';
import { loadError } from './load-error';
import { loadLlama } from './load-llama';
import type { NativeLog } from './native-log';
import { SequenceLeases, type SequenceLease } from './sequence-leases';
import { chooseThreads } from './threads';
import { TokenText } from './token-text';
import { runTurn } from './turn';

/** Room that a small job's answer needs when it names no limit. */
const SMALL_ANSWER_TOKENS = 2_048;

interface Loaded {
  llama: Llama;
  model: LlamaModel;
  context: LlamaContext;
  leases: SequenceLeases;
  format: PromptFormat;
  controlTokens: ReadonlyMap<Token, string>;
  threads: number;
}

export class Engine {
  private loaded: Loaded | undefined;
  private small: Promise<SequenceLeases | undefined> | undefined;
  private evaluatedTokens = 0;
  private activeJobs = 0;
  private readonly samplers = new LeftSamplers();

  constructor(
    private readonly settings: LoadSettings,
    private readonly modelPath: string,
    private readonly log: NativeLog,
    private readonly planned?: PlannedLoad,
  ) {}

  static async load(
    params: WorkerLoadParams,
    log: NativeLog,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<{ engine: Engine; facts: LoadedFacts }> {
    const engine = new Engine(params.settings, params.modelPath, log, params.planned);
    try {
      return { engine, facts: await engine.load(signal, onProgress) };
    } catch (error) {
      if (signal.aborted) {
        throw new HearthError(
          'cancelled',
          'Loading was cancelled.',
          'The model can be loaded again at any time.',
        );
      }
      throw loadError(error, basename(params.modelPath), params.settings.loras, log);
    }
  }

  private async load(
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadedFacts> {
    const { settings } = this;
    let adapterBytes = 0;
    for (const { path } of settings.loras) adapterBytes += await loraBytes(path);
    const kvCacheType = chooseKvCacheType(settings);
    onProgress({ phase: 'starting', fraction: 0 });
    const { llama, gpu, warnings } = await loadLlama(settings.gpu, this.log);
    signal.throwIfAborted();
    const { planned } = this;
    const contextSize =
      planned?.contextSize ?? (settings.contextSize === 'auto' ? undefined : settings.contextSize);
    // Progress is told from another thread, and of a small model only when it is loaded: it must not go back.
    let weightsAreThere = false;
    const model = await llama.loadModel({
      modelPath: this.modelPath,
      gpuLayers:
        planned?.gpuLayers ??
        (settings.gpuLayers !== 'auto'
          ? settings.gpuLayers
          : contextSize === undefined
            ? 'auto'
            : { fitContext: { contextSize } }),
      // The engine keeps more of the memory back than a plan does, and would refuse what was planned.
      ignoreMemorySafetyChecks: planned !== undefined,
      ...(settings.useMmap === 'on' || settings.useMmap === 'off'
        ? { useMmap: settings.useMmap === 'on' }
        : {}),
      // What the contexts of this model have by default: the engine counts with it when it chooses the layers.
      defaultContextFlashAttention: settings.flashAttention,
      ...kvCacheOptions(kvCacheType),
      loadSignal: signal,
      onLoadProgress: (fraction) => {
        if (!weightsAreThere) onProgress({ phase: 'weights', fraction });
      },
    });
    weightsAreThere = true;
    onProgress({ phase: 'context', fraction: 0 });
    const threads = chooseThreads(settings.threads, llama.cpuMathCores);
    const context = await this.createContext(model, threads, {
      contextSize: contextSize ?? { max: model.trainContextSize },
      sequences: settings.sequences,
      createSignal: signal,
    });
    const controlTokens = readControlTokens(model);
    const format = choosePromptFormat(model, controlTokens);
    this.loaded = {
      llama,
      model,
      context,
      leases: new SequenceLeases(context),
      format,
      controlTokens,
      threads,
    };
    onProgress({ phase: 'context', fraction: 1 });
    const layers = { gpu, gpuLayers: model.gpuLayers, totalLayers: model.fileInsights.totalLayers };
    return {
      ...layers,
      deviceNames: await llama.getGpuDeviceNames(),
      contextSize: context.contextSize,
      trainContextSize: model.trainContextSize,
      sequences: context.totalSequences,
      threads,
      flashAttention: context.flashAttention !== false,
      kvCacheType: kvTypeOf(context.kvCacheKeyType) ?? kvCacheType,
      useMmap: model.useMmap,
      weights: withAdapters(placement(model.memoryUsage), adapterBytes, layers),
      context: placement(context.memoryUsage),
      promptFormat: format.kind,
      // The process was started for this load alone.
      loadMs: performance.now(),
      warnings: [...warnings, ...model.getWarnings()],
    };
  }

  /** @throws HearthError `prompt-too-long` with both figures; nothing was evaluated then. */
  async generate(
    params: WorkerGenerateParams,
    signal: AbortSignal,
    emit: (packet: AnswerPacket) => void,
  ): Promise<WorkerGenerateResult> {
    const { model, context, format, controlTokens } = this.need();
    const { tokens, parser, parserEnds } = format.encode(params.prompt);
    if (tokens.length >= context.contextSize) throw promptTooLong(tokens.length, context.contextSize);
    const lease = await this.leaseFor(params, tokens.length, signal);
    if (lease === undefined) {
      return { stopReason: 'cancelled', figures: { ...NO_FIGURES, inputTokens: tokens.length } };
    }
    this.activeJobs += 1;
    try {
      return await runTurn({
        model,
        sequence: lease.sequence,
        tokens: tokens as Token[],
        parser,
        parserEnds,
        tokenText: new TokenText(model, controlTokens),
        samplers: this.samplers,
        sampling: params.sampling,
        maxTokens: params.maxTokens,
        signal,
        emit,
        onEvaluated: (count) => {
          this.evaluatedTokens += count;
        },
      });
    } finally {
      this.activeJobs -= 1;
      lease.release();
    }
  }

  async memory(): Promise<MemoryUse> {
    const { llama } = this.need();
    const [vram, ram] = await Promise.all([llama.getVramState(), llama.getRamState()]);
    return {
      vramUsedBytes: vram.used,
      vramTotalBytes: vram.total,
      ramUsedBytes: ram.total - ram.free,
      ramTotalBytes: ram.total,
      evaluatedTokens: this.evaluatedTokens,
    };
  }

  private async leaseFor(
    params: WorkerGenerateParams,
    promptTokens: number,
    signal: AbortSignal,
  ): Promise<SequenceLease | undefined> {
    const { context, leases } = this.need();
    if (params.leaseKey !== undefined) return leases.lease(params.leaseKey, signal);
    const needed = promptTokens + (params.maxTokens ?? SMALL_ANSWER_TOKENS);
    if (needed <= smallContextSize(context.contextSize)) {
      this.small ??= this.createSmall();
      const small = await this.small;
      if (small !== undefined) return small.lease(params.jobId, signal);
    }
    return leases.lease(params.jobId, signal);
  }

  private async createSmall(): Promise<SequenceLeases | undefined> {
    const { model, context, threads } = this.need();
    try {
      const contextSize = smallContextSize(context.contextSize);
      return new SequenceLeases(await this.createContext(model, threads, { contextSize, sequences: 1 }));
    } catch (error) {
      // Without memory for it, small jobs share the chats' sequences.
      process.stderr.write(`no small context: ${error instanceof Error ? error.message : String(error)}\n`);
      return undefined;
    }
  }

  private createContext(
    model: LlamaModel,
    threads: number,
    options: {
      contextSize: number | { max: number };
      sequences: number;
      createSignal?: AbortSignal;
    },
  ): Promise<LlamaContext> {
    const { loras } = this.settings;
    return model.createContext({
      ...options,
      batchSize: this.settings.batchSize,
      threads,
      flashAttention: this.settings.flashAttention,
      failedCreationRemedy: false,
      ignoreMemorySafetyChecks: this.planned !== undefined,
      batching: {
        // One answer alone is decoded at once; several wait a moment for each other, to share a batch.
        dispatchSchedule: (dispatch) => {
          if (this.activeJobs > 1) setImmediate(dispatch);
          else dispatch();
        },
        itemPrioritizationStrategy: decodeFirst,
      },
      ...(loras.length === 0
        ? {}
        : { lora: { adapters: loras.map(({ path, scale }) => ({ filePath: path, scale })) } }),
    });
  }

  private need(): Loaded {
    if (this.loaded === undefined) throw new Error('no model is loaded');
    return this.loaded;
  }
}

function placement(use: { ram: number; vram: number }): { vramBytes: number; ramBytes: number } {
  return { vramBytes: use.vram, ramBytes: use.ram };
}

/** An adapter's size. llama.cpp's own error, where it cannot be read, does not name the file. */
async function loraBytes(path: string): Promise<number> {
  try {
    await access(path, constants.R_OK);
    return (await stat(path)).size;
  } catch {
    throw new HearthError(
      'lora-failed',
      `The LoRA adapter ${path} cannot be read.`,
      'Correct its path in "hearth.loras", or take it out of the list.',
    );
  }
}

function promptTooLong(tokens: number, contextSize: number): HearthError {
  return new HearthError(
    'prompt-too-long',
    `The conversation has ${formatCount(tokens)} tokens, but the context holds ${formatCount(contextSize)}. Nothing was cut off and nothing was sent to the model.`,
    'Remove an attachment, edit an earlier message, start a new chat, or choose a larger context ("hearth.contextSize").',
  );
}
