/** What the view can know of the active model. */
import type { ResidentModel } from '../../src/shared/protocol/models';
import type { ChatState } from './chat-state';

/** The active model, if it is in memory or on its way there. */
export function residentModel({ view }: Pick<ChatState, 'view'>): ResidentModel | undefined {
  return view.models.find(({ path }) => path === view.activeModel?.path);
}

/** Only harmony models know a reasoning effort. Before a load, the architecture tells. */
export function hasEffort(state: Pick<ChatState, 'view'>): boolean {
  const resident = residentModel(state);
  if (resident?.loaded !== undefined) return resident.loaded.promptFormat === 'harmony';
  const { activeModel } = state.view;
  return activeModel === undefined || activeModel.facts?.architecture === 'gpt-oss';
}

export interface ContextUse {
  promptTokens: number;
  answerTokens: number;
  size: number;
}

/** How full the context was after the thread's last measured answer. */
export function contextUse(state: Pick<ChatState, 'view' | 'thread'>): ContextUse | undefined {
  const size = residentModel(state)?.loaded?.contextSize;
  const last = state.thread.findLast(
    ({ message }) => message.role === 'assistant' && message.figures !== undefined,
  )?.message;
  if (size === undefined || last?.role !== 'assistant' || last.figures === undefined) return undefined;
  return { promptTokens: last.figures.inputTokens, answerTokens: last.figures.outputTokens, size };
}
