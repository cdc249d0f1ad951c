/** Models beside the one that is planned, as they are written: "embedding:qwen3-0.6b", or a name alone. Pure. */
import type { BesideRole } from '../protocol/plan';

export interface BesideModel {
  /** A name that Hearth knows, or a file. */
  model: string;
  role: BesideRole;
}

const ROLES: readonly BesideRole[] = ['chat', 'completion', 'embedding'];

/** Where no role is named, it is for chat. */
export function parseBeside(text: string): BesideModel {
  const [, named, model = ''] = /^([a-z]+):(.+)$/i.exec(text.trim()) ?? [];
  const role = ROLES.find((known) => known === named?.toLowerCase());
  return role === undefined ? { model: text.trim(), role: 'chat' } : { model: model.trim(), role };
}

/** As it is written: the opposite of `parseBeside`. */
export function besideModelText({ model, role }: BesideModel): string {
  return role === 'chat' ? model : `${role}:${model}`;
}
