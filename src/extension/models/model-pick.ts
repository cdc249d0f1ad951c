/** How a model file reads in a list. */
import type { ModelFile, ResidentModel } from '../../shared/protocol/models';
import {
  formatCount,
  formatFileSize,
  formatBytes,
  formatParameters,
  formatPercent,
} from '../../shared/util/format';
import { loadFraction } from '../../shared/util/load-fraction';

export interface ModelPick {
  label: string;
  description: string;
  detail: string;
}

/**
 * @param resident the same model in memory, if it is there
 * @param verdict whether it fits, if that is known
 */
export function modelPick(
  file: ModelFile,
  active: boolean,
  resident: ResidentModel | undefined,
  verdict?: string,
): ModelPick {
  const state = resident === undefined ? undefined : residency(resident);
  const parts = [verdict, facts(file), active ? 'current' : undefined, state];
  return {
    label: `$(${active ? 'check' : file.error === undefined ? 'circle-large-outline' : 'warning'}) ${file.name}`,
    description: parts.filter((part) => part !== undefined && part !== '').join(' · '),
    detail: detail(file),
  };
}

function facts(file: ModelFile): string {
  if (file.facts === undefined) return size(file);
  const { architecture, parameters: count, quantization } = file.facts;
  return [architecture, formatParameters(count), quantization, size(file)].join(' · ');
}

function size(file: ModelFile): string {
  return file.sizeBytes < 1e8
    ? formatFileSize(file.sizeBytes)
    : `${formatFileSize(file.sizeBytes)} (${formatBytes(file.sizeBytes)})`;
}

function detail(file: ModelFile): string {
  if (file.error !== undefined) return `${file.error.message} ${file.error.advice}`;
  const context =
    file.facts === undefined ? '' : `${formatCount(file.facts.contextLength)} tokens of context · `;
  return `${context}${file.path}`;
}

function residency(model: ResidentModel): string {
  switch (model.status.kind) {
    case 'loading':
      return `loading ${formatPercent(loadFraction(model.status.progress))}`;
    case 'ready':
      return 'loaded';
    case 'failed':
      return 'failed';
  }
}
