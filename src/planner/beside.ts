/** The models beside the one that is planned: what each is for decides what it is loaded with. */
import type { BesideRole, Wishes } from '../shared/protocol/plan';
import type { ModelShape } from './model-shape';
import { DEFAULT_WISHES, USEFUL_CONTEXT } from './wishes';

export interface BesideShape {
  shape: ModelShape;
  role: BesideRole;
}

/** One conversation, one completion at a time, or one piece of text at a time, none of which is longer than a batch. */
export function besideWishes({ shape, role }: BesideShape): Wishes {
  const atMost = (tokens: number): number => Math.min(tokens, shape.trainContext || tokens);
  switch (role) {
    case 'chat':
      return { ...DEFAULT_WISHES, context: atMost(USEFUL_CONTEXT) };
    case 'completion':
      return { ...DEFAULT_WISHES, context: atMost(USEFUL_CONTEXT), smallContext: false };
    case 'embedding':
      return { ...DEFAULT_WISHES, context: atMost(DEFAULT_WISHES.batch), smallContext: false };
  }
}

/** A draft model reads what the model reads, and has no work of its own. */
export function draftWishes(context: number): Wishes {
  return { ...DEFAULT_WISHES, context, smallContext: false };
}
