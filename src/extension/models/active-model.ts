import type { ModelFile, ResidentModel } from '../../shared/protocol/models';
import type { HubState } from '../../shared/protocol/system';

/** The file that chats use: the one that the user chose, else the bundled one. */
export function activeFile(files: ModelFile[], state: HubState | undefined): ModelFile | undefined {
  const chosen = state?.settings.activeModel;
  if (chosen !== undefined && chosen !== '') return files.find((file) => file.path === chosen);
  return files.find((file) => file.source === 'bundled');
}

/** The active model in memory or on its way there. */
export function activeResident(state: HubState, file: ModelFile | undefined): ResidentModel | undefined {
  const path = file?.path ?? state.settings.activeModel;
  return state.models.find((model) => model.path === path);
}

/** `gpt-oss-120b` of `/models/gpt-oss-120b-MXFP4-00001-of-00002.gguf`, when nothing better is known. */
export function nameOfPath(path: string): string {
  const file = path.split(/[\\/]/).pop() ?? path;
  return file.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '');
}
