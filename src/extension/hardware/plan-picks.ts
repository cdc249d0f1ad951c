/** What "Hearth: Plan a Model…" offers: names that need no file, the files that Hearth lists. Pure. */
import { CATALOGUE_NAMES, catalogueModel } from '../../planner/catalogue';
import { weightBytes, type ModelShape } from '../../planner/model-shape';
import { planModel } from '../../planner/plan';
import { DEFAULT_WISHES, USEFUL_CONTEXT } from '../../planner/wishes';
import type { ModelFile } from '../../shared/protocol/models';
import type { PlanMachine } from '../../shared/protocol/plan';
import type { PlannedModel } from './hardware-controller';
import type { Verdicts } from './own-verdicts';
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
 * @param verdicts of the files, as far as they are known
 */
export function planPicks(
  files: readonly ModelFile[],
  machine?: PlanMachine,
  verdicts: Verdicts = new Map(),
): PlanPickGroup[] {
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
  const own = files.flatMap((file) => ownPick(file, verdicts.get(file.path)));
  const judged = `; whether they fit with ${formatCount(USEFUL_CONTEXT)} tokens`;
  return [
    { title: `On this machine${verdicts.size === 0 ? '' : judged}`, picks: own },
    { title: `Known, without a file${machine === undefined ? '' : judged}`, picks: known },
  ].filter(({ picks }) => picks.length > 0);
}

function ownPick({ path, name, sizeBytes, facts }: ModelFile, verdict: string | undefined): PlanPick[] {
  if (facts === undefined) return [];
  const { architecture, quantization } = facts;
  const parts = [verdict, architecture, quantization, formatFileSize(sizeBytes)];
  const description = parts.filter((part) => part !== undefined).join(' · ');
  return [{ model: path, name, description, detail: path }];
}

function verdictOn(machine: PlanMachine, shape: ModelShape): string {
  const context = Math.min(USEFUL_CONTEXT, shape.trainContext);
  return verdictText(planModel(shape, machine, { ...DEFAULT_WISHES, context }));
}
