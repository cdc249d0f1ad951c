/** Plans a file or a known model for this machine or another one. */
import { resolve } from 'node:path';
import { answerPlan, knownShape } from '../../planner/answer-plan';
import { isUnified } from '../../planner/cards';
import type { ModelShape } from '../../planner/model-shape';
import { inMemoryFinding, worstFirst, type ModelInMemory } from '../../planner/plan-findings';
import type { MeasuredSpeed } from '../../planner/speed';
import { DEFAULT_WISHES } from '../../planner/wishes';
import { errorInfo } from '../../shared/protocol/errors';
import type {
  MeasuredLoad,
  Plan,
  PlanMachine,
  PlanParams,
  PlanResult,
  Wishes,
} from '../../shared/protocol/plan';
import type { GpuChoice } from '../../shared/protocol/settings';
import { parseBeside } from '../../shared/util/beside-model';
import type { DryRunner } from '../engines/dry-runner';
import { whatToUnload } from '../engines/make-room';
import type { MeasuredRun } from '../engines/measured-runs';
import { machineBeside, withClaims, type MachineNow, type MemoryClaim } from '../engines/memory-claims';
import { simulate } from '../engines/simulate';
import type { MeasuredRunsFile } from '../storage/measured-runs-file';
import { checkModel, modelFileKey, modelName } from './model-file';
import { readModelShape, shapeOfHeaders } from './read-model-shape';
import { needsNetwork, readRemoteHeaders, remoteModel } from './remote-header';
import { RemoteShapes } from './remote-shapes';

/** The machine that a plan is for. */
interface Planned {
  machine: PlanMachine;
  /** If it is this machine, and nothing of it was typed in. */
  here: MachineNow | undefined;
  /** Of the models in its memory, others than those that are planned, those that may be unloaded. */
  loose: readonly MemoryClaim[];
  staying: readonly MemoryClaim[];
}

interface Deps {
  /**
   * Asks a worker, so only when nobody says what machine is meant; fresh, where what is used of its GPUs matters.
   */
  readMachine: (isFresh: boolean) => Promise<MachineNow>;
  measured: Pick<MeasuredRunsFile, 'match'>;
  /** The version of the GPU's: with another one, a speed is another one. */
  readDriver: () => Promise<string | undefined>;
  dryRuns: Pick<DryRunner, 'with'>;
  log: (line: string) => void;
}

/** One for all clients: a header that was read for one of them is not asked for again. */
export class PlanModelCommand {
  private readonly remote = new RemoteShapes(readRemoteShape);

  constructor(private readonly deps: Deps) {}

  /** @throws HearthError what is wrong with the file or the wishes, or why the machine cannot be read */
  async run(params: PlanParams): Promise<PlanResult> {
    const isAllowed = params.allowNetwork === true;
    const shapeOf = async (model: string): Promise<ModelShape> =>
      knownShape(model) ?? (await this.readShape(model, isAllowed));
    const found = knownShape(params.model, params);
    const model = found ?? (await this.readShape(params.model, isAllowed));
    const beside = await Promise.all(
      (params.beside ?? []).map(parseBeside).map(async (other) => ({
        shape: await shapeOf(other.model),
        role: other.role,
      })),
    );
    const draft = params.draft === undefined ? undefined : await shapeOf(params.draft);
    const { machine, here, loose, staying } = await this.planned(params);
    const isFile = found === undefined && remoteModel(params.model) === undefined;
    const lastRun = isFile && here !== undefined ? await this.lastRuns(params.model, here) : () => undefined;
    const speed: MeasuredSpeed = (plan, wishes) => lastRun(plan, wishes)?.tokensPerSecond;
    const answer = (shape: ModelShape, more: Partial<PlanParams> = {}): PlanResult =>
      answerPlan({ model: shape, beside, draft }, machine, { ...params, ...more }, speed);
    const isTried = params.dryRun === true && isFile && here !== undefined;
    const known = isTried ? await this.asEngine(params, model, machine, here.facts.gpu, answer) : model;
    const result = answer(known);
    const { plan } = result;
    const run = lastRun(plan, { ...DEFAULT_WISHES, ...params.wishes, context: plan.context });
    const inMemory = inMemoryFinding(
      staying.map(named),
      whatGoes(loose, plan, isUnified(machine)).map(named),
    );
    return {
      ...result,
      ...(inMemory && { findings: worstFirst([...result.findings, inMemory]) }),
      ...(run && { measured: measuredLoad(run) }),
    };
  }

  /** With what the engine's dry run says; a plan that it has not answered for is as good as it was. */
  private async asEngine(
    { model, wishes }: PlanParams,
    shape: ModelShape,
    machine: PlanMachine,
    gpu: GpuChoice,
    answer: (shape: ModelShape, more: Partial<PlanParams>) => PlanResult,
  ): Promise<ModelShape> {
    const modelPath = resolve(model);
    try {
      return await this.deps.dryRuns.with(modelPath, (tryLoad) =>
        simulate(shape, {
          machine,
          wishes: { ...DEFAULT_WISHES, ...wishes },
          plan: (found) => answer(found, { withoutAlternatives: true }).plan,
          tryLoad: (settings) => tryLoad({ ...settings, modelPath, gpu }),
        }),
      );
    } catch (error) {
      this.deps.log(`no dry run of ${model}: ${errorInfo(error).message}`);
      return shape;
    }
  }

  /** Finds what loads of the same file took on this machine's devices with the same settings. */
  private async lastRuns(
    model: string,
    { facts }: MachineNow,
  ): Promise<(plan: Plan, wishes: Wishes) => MeasuredRun | undefined> {
    const file = await modelFileKey(resolve(model));
    const { gpu, deviceNames: devices } = facts;
    const driver = gpu === 'cpu' ? undefined : await this.deps.readDriver();
    return (
      { gpuLayers, context },
      { sequences, batch, kvType, flashAttention, loraBytes, expertLayersInRam },
    ) =>
      // Of adapters only the size is known, and no load has placed single experts.
      loraBytes !== undefined || expertLayersInRam > 0
        ? undefined
        : this.deps.measured.match({
            ...{ file, gpu, devices, driver, gpuLayers, context, sequences, batch, kvType, flashAttention },
            loras: [],
          });
  }

  /** From a file's header, here or elsewhere. */
  private async readShape(model: string, mayUseNetwork: boolean): Promise<ModelShape> {
    const remote = remoteModel(model);
    if (remote !== undefined) {
      if (!mayUseNetwork) throw needsNetwork(remote);
      return this.remote.get(remote);
    }
    const path = resolve(model);
    await checkModel(path);
    return readModelShape(path);
  }

  private async planned({ machine: given = {}, model, beside = [], draft }: PlanParams): Promise<Planned> {
    const { gpus, ramBytes, isHere = false, ...more } = given;
    const isTyped = !isHere && (gpus !== undefined || ramBytes !== undefined);
    if (isTyped && gpus !== undefined && ramBytes !== undefined)
      return {
        machine: { ramUsedBytes: 0, ...more, gpus, ramBytes },
        here: undefined,
        loose: [],
        staying: [],
      };
    const now = await this.deps.readMachine(!isHere || gpus === undefined);
    // What one takes that is planned anew is not in its way.
    const besides = beside.map((text) => parseBeside(text).model);
    const own = [model, ...besides, ...(draft === undefined ? [] : [draft])].map((path) => resolve(path));
    const others = now.claims.filter(({ path }) => !own.includes(path));
    const staying = others.filter(({ stays }) => stays === true);
    // A look leaves out what models hold; and those that may go are in nobody's way.
    const read = machineBeside(now, isHere ? [] : staying);
    const machine = {
      gpus: gpus ?? read.gpus,
      ramBytes: ramBytes ?? read.ramBytes,
      // A size that was typed in is another machine's, of which nobody has used anything.
      ramUsedBytes: isTyped && ramBytes !== undefined ? 0 : read.ramUsedBytes,
      ...(gpus === undefined && read.areGpusAssumed === true && { areGpusAssumed: true }),
      ...((isHere || gpus === undefined) && read.isUnified === true && { isUnified: true }),
      ...more,
    };
    if (isTyped) return { machine, here: undefined, loose: [], staying };
    return {
      machine: isHere ? withClaims(machine, staying) : machine,
      here: now,
      loose: others.filter(({ stays }) => stays !== true),
      staying,
    };
  }
}

/** Of the models that may be unloaded, those that have to be: the others have room in what the plan leaves over. */
function whatGoes(loose: readonly MemoryClaim[], plan: Plan, isUnifiedMemory: boolean): MemoryClaim[] {
  const candidates = loose.map((claim, index) => ({
    ...claim,
    ...{ name: modelName(claim.path), usedAt: claim.usedAt ?? index, isPinned: false, isBusy: false },
  }));
  const isEnough = (staying: readonly MemoryClaim[]): boolean => {
    const [vramBytes, ramBytes] = [sum(staying, 'vramBytes'), sum(staying, 'ramBytes')];
    return (
      vramBytes <= plan.freeVramBytes && ramBytes + (isUnifiedMemory ? vramBytes : 0) <= plan.freeRamBytes
    );
  };
  // What does not fit alone, unloading does not help.
  return plan.verdict === 'does-not-fit' ? [] : (whatToUnload(candidates, isEnough) ?? []);
}

function named({ path, vramBytes, ramBytes }: MemoryClaim): ModelInMemory {
  return { name: modelName(path), bytes: vramBytes + ramBytes };
}

function measuredLoad({ weights, context, tokensPerSecond }: MeasuredRun): MeasuredLoad {
  return {
    takenBytes: weights.vramBytes + weights.ramBytes + context.vramBytes + context.ramBytes,
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  };
}

function sum(claims: readonly MemoryClaim[], what: 'vramBytes' | 'ramBytes'): number {
  return claims.reduce((total, claim) => total + claim[what], 0);
}

async function readRemoteShape(url: URL): Promise<ModelShape> {
  return shapeOfHeaders(modelName(url.pathname), await readRemoteHeaders(url));
}
