/** What "Hearth: Plan a Model…" offers: names that need no file, the files that Hearth lists. Pure. */
import { CATALOGUE_NAMES, catalogueModel } from '../../planner/catalogue';
import { weightBytes, type ModelShape } from '../../planner/model-shape';
import { planModel } from '../../planner/plan';
import { DEFAULT_WISHES, USEFUL_CONTEXT } from '../../planner/wishes';
import type { ModelFile } from '../../shared/protocol/models';
import type { PlanMachine } from '../../shared/protocol/plan';
import type { PlannedModel } from './hardware-controller';
import { formatBytes, formatCount, formatFileSize } from '../../shared/util/format';
import { verdictText } from '../../shared/util/plan-text';

export interface PlanPick extends PlannedModel {
  description: string;
  detail?: string;
}

export interface PlanPickGroup {
  title: string;
  picks: PlanPick[];
}

/**
 * Groups without a row are left out; so are files that cannot be read.
 * @param machine this one, where it is known already: each known model then says whether it fits
 */
export function planPicks(files: readonly ModelFile[], machine?: PlanMachine): PlanPickGroup[] {
  const known = CATALOGUE_NAMES.flatMap((name) => catalogueModel(name) ?? []).map(
    ({ name, quantization, shape }): PlanPick => ({
      model: name,
      name,
      description: [
        ...(machine === undefined ? [] : [verdictOn(machine, shape)]),
        quantization,
        `${formatBytes(weightBytes(shape))} of weights`,
        `${formatCount(shape.trainContext)} tokens`,
      ].join(' · '),
    }),
  );
  const own = files.flatMap(({ path, name, sizeBytes, facts }): PlanPick[] =>
    facts === undefined
      ? []
      : [
          {
            model: path,
            name,
            description: [facts.architecture, facts.quantization, formatFileSize(sizeBytes)].join(' · '),
            detail: path,
          },
        ],
  );
  const onMachine =
    machine === undefined ? '' : `; whether they fit with ${formatCount(USEFUL_CONTEXT)} tokens`;
  return [
    { title: 'On this machine', picks: own },
    { title: `Known, without a file${onMachine}`, picks: known },
  ].filter(({ picks }) => picks.length > 0);
}

function verdictOn(machine: PlanMachine, shape: ModelShape): string {
  const context = Math.min(USEFUL_CONTEXT, shape.trainContext);
  return verdictText(planModel(shape, machine, { ...DEFAULT_WISHES, context }));
}
