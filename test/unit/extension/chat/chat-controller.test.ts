import assert from 'node:assert/strict';
import type { ChatActions } from '../../../../src/extension/chat/chat-actions';
import { ChatController } from '../../../../src/extension/chat/chat-controller';
import { ShownConversation } from '../../../../src/extension/chat/shown-conversation';
import { HubStore } from '../../../../src/extension/connection/hub-store';
import { CreateConversation, ListConversations } from '../../../../src/shared/protocol/conversations';
import { HearthError } from '../../../../src/shared/protocol/errors';
import type { ToWebview } from '../../../../src/shared/protocol/webview';
import { DisposableStore } from '../../../../src/shared/util/disposable';
import { Emitter } from '../../../../src/shared/util/emitter';
import { FakeHub } from '../../../support/fake-hub';

let own: DisposableStore;

function scene() {
  const hub = new FakeHub();
  const did: string[] = [];
  const note = (what: string) => (): Promise<void> => {
    did.push(what);
    return Promise.resolve();
  };
  const actions: ChatActions = {
    copy: note('copy'),
    insertAtCursor: note('insertAtCursor'),
    newFile: note('newFile'),
    applyCode: note('applyCode'),
    openFile: note('openFile'),
    openLink: note('openLink'),
    run: (command) => note(`run ${command}`)(),
    focusView: note('focusView'),
  };
  const shown = own.add(
    new ShownConversation(hub, { read: () => undefined, write: () => Promise.resolve() }, () => undefined),
  );
  const controller = own.add(
    new ChatController({
      hub,
      store: own.add(new HubStore(hub)),
      models: {
        active: undefined,
        demoModelOnly: true,
        offers: undefined,
        onDidChange: new Emitter<void>().event,
      },
      shown,
      actions,
      logError: (doing) => void did.push(`error: ${doing}`),
    }),
  );
  const told: ToWebview[] = [];
  const view = () => controller.connectView((message) => told.push(message));
  return { hub, controller, told, did, view };
}

const types = (told: ToWebview[]) => told.map(({ type }) => type);

describe('the chat controller', () => {
  beforeEach(() => (own = new DisposableStore()));
  afterEach(() => own.dispose());

  it('tells a view nothing before it is ready, then everything', async () => {
    const { controller, told, view, hub } = scene();
    view();
    hub.connect();
    assert.deepEqual(told, []);
    await controller.receive({ type: 'ready' });
    assert.deepEqual(types(told), ['state', 'conversation']);
  });

  it('keeps chips for a view that is not there yet', async () => {
    const { controller, told, view } = scene();
    const chip = {
      kind: 'selection' as const,
      path: 'a',
      language: 'b',
      startLine: 1,
      endLine: 1,
      text: 'x',
    };
    await controller.attach([chip]);
    view();
    await controller.receive({ type: 'ready' });
    assert.deepEqual(types(told), ['state', 'conversation', 'attach', 'compose']);
  });

  it('tells a new view everything again, and the old one nothing', async () => {
    const { controller, told, view } = scene();
    const first = view();
    await controller.receive({ type: 'ready' });
    first.dispose();
    told.length = 0;
    view();
    await controller.receive({ type: 'ready' });
    assert.deepEqual(types(told), ['state', 'conversation']);
  });

  it('gives back what could not be sent', async () => {
    const { controller, told, view, hub } = scene();
    view();
    await controller.receive({ type: 'ready' });
    hub.answer(CreateConversation, () => {
      throw new HearthError('storage-full', 'The disk is full.', 'Make room.');
    });
    told.length = 0;
    await controller.receive({ type: 'send', content: { text: 'precious', attachments: [] } });
    assert.deepEqual(told, [
      { type: 'compose', text: 'precious' },
      {
        type: 'error',
        error: { code: 'storage-full', message: 'The disk is full.', advice: 'Make room.' },
      },
    ]);
  });

  it('tries again to reach the hub when the view asks anew', async () => {
    const { controller, view, hub } = scene();
    hub.giveUp({ code: 'hub-unreachable', message: 'Gone.', advice: '' });
    view();
    await controller.receive({ type: 'ready' });
    assert.equal(hub.state.kind, 'connected');
  });

  it('drops what is no message', async () => {
    const { controller, did } = scene();
    await controller.receive({ type: 'command', command: 'workbench.action.quit' });
    await controller.receive('ready');
    assert.deepEqual(did, [
      'error: Reading a message of the chat view',
      'error: Reading a message of the chat view',
    ]);
  });

  it('runs what buttons ask for', async () => {
    const { controller, did, hub, told, view } = scene();
    view();
    await controller.receive({ type: 'ready' });
    hub.answer(ListConversations, () => []);
    told.length = 0;
    await controller.receive({ type: 'command', command: 'switchModel' });
    await controller.receive({ type: 'showHistory' });
    assert.deepEqual(did, ['run switchModel']);
    assert.deepEqual(told, [{ type: 'history', conversations: [], open: true }]);
  });

  it('deletes what the view has asked twice about', async () => {
    const { controller, hub } = scene();
    await controller.receive({ type: 'deleteConversation', id: 'c1' });
    assert.deepEqual(hub.requests, [{ method: 'conversations/delete', params: { id: 'c1' } }]);
  });
});
