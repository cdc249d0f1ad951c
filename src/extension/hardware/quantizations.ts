/** What a known model can be had in. Pure. */
import { catalogueModel } from '../../planner/catalogue';
import { QUANTIZATIONS } from '../../planner/quantization-mix';

/** The largest first, as the planner knows them; one where the maker published only that; none for a file or an address. */
export function quantizationsOf(model: string): readonly string[] {
  const published = catalogueModel(model)?.quantization;
  if (published === undefined) return [];
  return QUANTIZATIONS.some((each) => each === published) ? QUANTIZATIONS : [published];
}
