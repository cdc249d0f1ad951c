import type { AssistantMessage, UserMessage } from '../../src/shared/protocol/conversations';
import { CodeTarget } from '../markdown/code-target';
import { Markdown } from '../markdown/markdown';
import { useActions } from '../state/actions-context';
import type { LiveAnswer } from '../state/chat-state';
import { AnswerActions } from './answer-actions';
import { AnswerProgressView } from './answer-progress-view';
import { BranchSwitch } from './branch-switch';
import { ErrorCard } from './error-card';
import { FiguresLine } from './figures-line';
import { Reasoning } from './reasoning';
import { StopNote } from './stop-note';
import { ToolCallView } from './tool-call-view';

export interface AnswerProps {
  message: AssistantMessage;
  siblingIds: readonly string[];
  /** Set while it runs. */
  live: LiveAnswer | undefined;
  question: UserMessage | undefined;
  stopping: boolean;
  last: boolean;
}

export function AnswerView({ message, siblingIds, live, question, stopping, last }: AnswerProps) {
  const { post } = useActions();
  const { reasoning, text } = live ?? message;
  const { figures, error, toolCalls } = message;
  const running = live !== undefined;
  const hasBegun = text !== '' || reasoning !== '';
  const isWaiting = !hasBegun || (live?.progress !== undefined && live.progress.phase !== 'decode');
  // A call that was cut off is no place to go on from.
  const canContinue = !running && last && hasBegun && toolCalls.length === 0;
  const goOn = () => post({ type: 'continue', answerId: message.id });
  return (
    <div
      class={running ? 'answer running' : 'answer'}
      data-testid="answer"
      data-status={message.status}
      aria-busy={running}
    >
      {reasoning !== '' && (
        <Reasoning
          text={reasoning}
          running={running && text === ''}
          ms={figures?.reasoningMs ?? live?.reasoningMs}
          tokens={reasoningTokens(message, live)}
        />
      )}
      <CodeTarget.Provider value={question?.attachments[0]}>
        {text !== '' && <Markdown text={text} />}
      </CodeTarget.Provider>
      {toolCalls.map((call) => (
        <ToolCallView key={call.id} call={call} />
      ))}
      {running && isWaiting && <AnswerProgressView answerId={message.id} progress={live.progress} />}
      {error !== undefined && (
        <ErrorCard
          error={error}
          onRetry={() => post({ type: 'regenerate', answerId: message.id })}
          {...(canContinue && { onContinue: goOn })}
        />
      )}
      <StopNote reason={message.stopReason} {...(canContinue && { onContinue: goOn })} />
      {stopping && <p class="stop-note">Stopping…</p>}
      <div class="answer-foot">
        <FiguresLine figures={figures} progress={live?.progress} />
        <div class="answer-bar">
          <BranchSwitch siblingIds={siblingIds} id={message.id} />
          {!running && <AnswerActions message={message} question={question} last={last} />}
        </div>
      </div>
    </div>
  );
}

function reasoningTokens({ figures }: AssistantMessage, live: LiveAnswer | undefined): number | undefined {
  if (figures !== undefined) return figures.reasoningTokens;
  if (live?.reasoningTokens !== undefined) return live.reasoningTokens;
  // All tokens so far are reasoning as long as there is no text.
  return live?.text === '' && live.progress?.phase === 'decode' ? live.progress.tokens : undefined;
}
