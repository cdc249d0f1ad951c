/** Plans a file or a known model for this machine or another one. */
import { resolve } from 'node:path';
import { answerPlan, knownShape } from '../../planner/answer-plan';
import type { ModelShape } from '../../planner/model-shape';
import { DEFAULT_WISHES } from '../../planner/wishes';
import type { MeasuredLoad, PlanMachine, PlanParams, PlanResult } from '../../shared/protocol/plan';
import { machineBeside, type MachineNow } from '../engines/memory-claims';
import type { MeasuredRunsFile } from '../storage/measured-runs-file';
import { checkModel, modelFileKey, modelName } from './model-file';
import { readModelShape, shapeOfHeaders } from './read-model-shape';
import { needsNetwork, readRemoteHeaders, remoteModel } from './remote-header';

export class PlanModelCommand {
  /** @param readMachine asks a worker, so only when nobody says what machine is meant */
  constructor(
    private readonly readMachine: () => Promise<MachineNow>,
    private readonly measured: Pick<MeasuredRunsFile, 'match'>,
  ) {}

  /** @throws HearthError what is wrong with the file or the wishes, or why the machine cannot be read */
  async run(params: PlanParams): Promise<PlanResult> {
    const isAllowed = params.allowNetwork === true;
    const shapeOf = async (model: string): Promise<ModelShape> =>
      knownShape(model) ?? (await readShape(model, isAllowed));
    const found = knownShape(params.model, params);
    const isKnown = found !== undefined;
    const model = found ?? (await readShape(params.model, isAllowed));
    const others = await Promise.all((params.beside ?? []).map(shapeOf));
    const draft = params.draft === undefined ? undefined : await shapeOf(params.draft);
    const machine = await this.machine(params.machine ?? {});
    const result = answerPlan({ model, beside: others, draft }, machine, params);
    const measured = isKnown || remoteModel(params.model) !== undefined ? undefined : await this.lastLoad(params, result); // prettier-ignore
    return { ...result, ...(measured && { measured }) };
  }

  /** What a load of the same file took on the same devices with the same settings. */
  private async lastLoad(
    { model, wishes }: PlanParams,
    result: PlanResult,
  ): Promise<MeasuredLoad | undefined> {
    if (wishes?.loraBytes !== undefined) return undefined;
    const { sequences, batch, kvType, flashAttention } = { ...DEFAULT_WISHES, ...wishes };
    const run = this.measured.match({
      file: await modelFileKey(resolve(model)),
      devices: result.machine.gpus.map(({ name }) => name),
      gpuLayers: result.plan.gpuLayers,
      context: result.plan.context,
      ...{ sequences, batch, kvType, flashAttention, loras: [] },
    });
    if (run === undefined) return undefined;
    const { weights, context, tokensPerSecond } = run;
    return {
      takenBytes: weights.vramBytes + weights.ramBytes + context.vramBytes + context.ramBytes,
      ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    };
  }

  private async machine(given: Partial<PlanMachine>): Promise<PlanMachine> {
    const { gpus, ramBytes, ramUsedBytes, ramBandwidth } = given;
    const speed = ramBandwidth === undefined ? {} : { ramBandwidth };
    if (gpus !== undefined && ramBytes !== undefined)
      return { gpus, ramBytes, ramUsedBytes: ramUsedBytes ?? 0, ...speed };
    // Without the models that are in memory: what one takes that is planned anew is not in its way.
    const now = machineBeside(await this.readMachine(), []);
    // A size that was given is another machine's, of which nobody has used anything.
    const used = ramBytes === undefined ? now.ramUsedBytes : 0;
    return {
      gpus: gpus ?? now.gpus,
      ramBytes: ramBytes ?? now.ramBytes,
      ramUsedBytes: ramUsedBytes ?? used,
      ...speed,
    };
  }
}

/** From a file's header, here or elsewhere. */
async function readShape(model: string, mayUseNetwork: boolean): Promise<ModelShape> {
  const remote = remoteModel(model);
  if (remote !== undefined) {
    if (!mayUseNetwork) throw needsNetwork(remote);
    return shapeOfHeaders(modelName(remote.pathname), await readRemoteHeaders(remote));
  }
  const path = resolve(model);
  await checkModel(path);
  return readModelShape(path);
}
