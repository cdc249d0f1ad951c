/** "hearth plan": will a model fit, before anything is downloaded or loaded. */
import { answerPlan, knownShape } from '../planner/answer-plan';
import { otherGpus } from '../planner/machine';
import { PlanModel, type PlanMachine, type PlanParams, type PlanResult } from '../shared/protocol/plan';
import { parseBeside } from '../shared/util/beside-model';
import type { CliValues } from './arguments';
import { connectOrStart } from './connect';
import { planOptions } from './plan-options';
import { otherReadingText, planText } from './plan-text';

export async function plan(model: string | undefined, values: CliValues): Promise<void> {
  const params = await planOptions(model, values);
  const answer = planHere(params) ?? (await planInHub(params));
  if (values.json === true) console.log(JSON.stringify(flat(answer)));
  else console.log(text(params, answer));
}

interface Answer {
  result: PlanResult;
  /** With the other reading of the GPU's size, where it has two. */
  other: { vramBytes: number; result: PlanResult } | undefined;
}

/** Known models on a machine that was typed in need neither a hub nor a worker; undefined for anything else. */
function planHere(params: PlanParams): Answer | undefined {
  const { gpus, ramBytes } = params.machine ?? {};
  if (gpus === undefined || ramBytes === undefined) return undefined;
  const model = knownShape(params.model, params);
  const beside = (params.beside ?? []).flatMap((text) => {
    const { model: name, role } = parseBeside(text);
    const shape = knownShape(name);
    return shape === undefined ? [] : [{ shape, role }];
  });
  const draft = params.draft === undefined ? undefined : knownShape(params.draft);
  const isComplete =
    beside.length === (params.beside ?? []).length && (params.draft === undefined || draft !== undefined);
  if (model === undefined || !isComplete) return undefined;
  const on = (machine: PlanMachine): PlanResult => answerPlan({ model, beside, draft }, machine, params);
  const machine = { gpus, ramBytes, ramUsedBytes: 0 };
  const reading = otherGpus(gpus);
  return {
    result: on(machine),
    other: reading && { vramBytes: reading.vramBytes, result: on({ ...machine, gpus: reading.gpus }) },
  };
}

async function planInHub(params: PlanParams): Promise<Answer> {
  const client = await connectOrStart();
  try {
    const result = await client.request(PlanModel, { ...params, dryRun: true });
    const reading = otherGpus(params.machine?.gpus);
    if (reading === undefined) return { result, other: undefined };
    const machine = { ...params.machine, gpus: reading.gpus };
    const other = await client.request(PlanModel, { ...params, machine });
    return { result, other: { vramBytes: reading.vramBytes, result: other } };
  } finally {
    client.dispose();
  }
}

/** The plan's own fields first. */
function flat({ result, other }: Answer) {
  const { name, quantization, machine, plan: chosen, ...rest } = result;
  return {
    name,
    ...(quantization !== undefined && { quantization }),
    ...chosen,
    ...rest,
    machine,
    ...(other !== undefined && {
      otherReading: {
        verdict: other.result.plan.verdict,
        freeVramBytes: other.result.plan.freeVramBytes,
        maxContext: other.result.maxContext,
        vramBytes: other.vramBytes,
      },
    }),
  };
}

function text({ machine, wishes }: PlanParams, { result, other }: Answer): string {
  const bytes = machine?.gpus?.[0]?.vramBytes;
  const readings =
    other === undefined || bytes === undefined
      ? []
      : ['', otherReadingText(bytes, other.result, other.vramBytes)];
  return [planText(result, wishes ?? {}), ...readings].join('\n');
}
