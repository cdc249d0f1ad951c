/** What "Hearth: Plan a Model…" offers: names that need no file, the files that Hearth lists. Pure. */
import { CATALOGUE_NAMES, catalogueModel } from '../../planner/catalogue';
import { weightBytes } from '../../planner/model-shape';
import type { ModelFile } from '../../shared/protocol/models';
import type { PlannedModel } from './hardware-controller';
import { formatBytes, formatCount, formatFileSize } from '../../shared/util/format';

export interface PlanPick extends PlannedModel {
  description: string;
  detail?: string;
}

export interface PlanPickGroup {
  title: string;
  picks: PlanPick[];
}

/** Groups without a row are left out; so are files that cannot be read. */
export function planPicks(files: readonly ModelFile[]): PlanPickGroup[] {
  const known = CATALOGUE_NAMES.flatMap((name) => catalogueModel(name) ?? []).map(
    ({ name, quantization, shape }): PlanPick => ({
      model: name,
      name,
      hasExperts: shape.layers.some(({ expertBytes }) => expertBytes > 0),
      description: `${quantization} · ${formatBytes(weightBytes(shape))} of weights · ${formatCount(shape.trainContext)} tokens`,
    }),
  );
  const own = files.flatMap(({ path, name, sizeBytes, facts }): PlanPick[] =>
    facts === undefined
      ? []
      : [
          {
            model: path,
            name,
            hasExperts: facts.experts > 0,
            description: [facts.architecture, facts.quantization, formatFileSize(sizeBytes)].join(' · '),
            detail: path,
          },
        ],
  );
  return [
    { title: 'On this machine', picks: own },
    { title: 'Known, without a file', picks: known },
  ].filter(({ picks }) => picks.length > 0);
}
