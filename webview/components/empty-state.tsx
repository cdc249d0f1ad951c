/** What stands where the conversation will be: the model, where it lies, and how to begin. */
import { Button } from '../controls';
import { useActions } from '../state/actions-context';
import type { ChatState } from '../state/chat-state';
import { residentModel } from '../state/model-facts';
import type { ModelOffer } from '../../src/shared/protocol/webview';
import { formatFileSize } from '../../src/shared/util/format';
import { modelPlace } from '../text/model-place';
import { Connecting } from './connecting';
import { ErrorCard } from './error-card';
import { Figures } from './figures';
import { Icon } from './icon';
import { ModelLoading } from './model-loading';

const DEMO_EXAMPLES = ['What can you do?', 'Is anything sent out?', 'What is 7 times 8?'];
const EXAMPLES = [
  'Write a TypeScript function that retries a promise with backoff, and tests for it',
  'Explain how a B-tree stays balanced, with a small example',
  'Compare mutexes and channels in a table',
];

export function EmptyState({ state }: { state: ChatState }) {
  const { post, act, command } = useActions();
  const { hub, activeModel, demoModelOnly } = state.view;
  const resident = residentModel(state);
  return (
    <div class="empty-state" data-testid="empty-state">
      <div class="empty-model">
        <Icon name="flame" />
        <h2>{activeModel?.name ?? (hub.kind === 'connected' ? 'No model yet' : 'Hearth')}</h2>
        {hub.kind === 'connected' && <ModelLine state={state} />}
      </div>
      {hub.kind === 'connecting' && <Connecting />}
      {resident?.status.kind === 'loading' && (
        <ModelLoading model={resident} sizeBytes={activeModel?.sizeBytes} />
      )}
      {resident?.status.kind === 'failed' && (
        <ErrorCard error={resident.status.error} onRetry={() => command('reloadModel')} />
      )}
      {demoModelOnly ? (
        <DemoNote offers={state.view.offers ?? []} />
      ) : (
        activeModel === undefined && hub.kind === 'connected' && <ModelButtons />
      )}
      <ul class="examples" aria-label="Examples">
        {(activeModel?.source === 'bundled' ? DEMO_EXAMPLES : EXAMPLES).map((text) => (
          <li key={text}>
            <button
              type="button"
              class="example"
              data-testid="example"
              onClick={() => {
                act({ type: 'type', text });
                act({ type: 'focusComposer' });
              }}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="link-button" onClick={() => post({ type: 'showHistory' })}>
        Earlier chats
      </button>
    </div>
  );
}

function ModelLine({ state }: { state: ChatState }) {
  const { activeModel } = state.view;
  const resident = residentModel(state);
  if (activeModel === undefined) return <p>Add a GGUF file, such as gpt-oss-120b, to begin.</p>;
  switch (resident?.status.kind) {
    case undefined:
      return (
        <p>
          {formatFileSize(activeModel.sizeBytes)} on disk. Not in memory: it loads with your first message.
        </p>
      );
    case 'ready':
      return (
        <p>
          <Figures parts={['Ready', ...modelPlace(resident)]} />
        </p>
      );
    case 'loading':
    case 'failed':
      return null;
  }
}

function DemoNote({ offers }: { offers: readonly ModelOffer[] }) {
  return (
    <div class="card note-card" data-testid="demo-note">
      <Icon name="info" />
      <div class="card-body">
        <p class="card-message">Ember is the small demo model that comes with Hearth.</p>
        <p class="card-advice">
          It explains and fixes small functions, calculates a little, and answers questions about Hearth. For
          real work, add a GGUF file.
        </p>
        <ul class="offers" aria-label="Models for this machine">
          {offers.map(({ name, fileBytes, fits, verdict }) => (
            <li key={name} data-fits={fits}>
              <Icon name={fits === undefined ? 'dash' : fits === 'no' ? 'close' : 'check'} />
              <span>
                <b>{name}</b> ({formatFileSize(fileBytes)}) {verdict}
              </span>
            </li>
          ))}
        </ul>
        <ModelButtons />
      </div>
    </div>
  );
}

function ModelButtons() {
  const { command } = useActions();
  return (
    <div class="buttons">
      <Button onClick={() => command('addModel')}>Add model</Button>
      <Button secondary onClick={() => command('switchModel')}>
        Switch model
      </Button>
    </div>
  );
}
