import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { Conversations } from '../../../../src/hub/conversations/conversations';
import { ConversationStore } from '../../../../src/hub/conversations/conversation-store';
import type { AnswerJob, AnswerListener, AnswerRunner } from '../../../../src/hub/engines/answer-runner';
import type { ModelRegistry } from '../../../../src/hub/models/model-registry';
import { hearthPaths } from '../../../../src/hub/storage/hearth-paths';
import { SettingsStore } from '../../../../src/hub/storage/settings-store';
import type {
  AssistantMessage,
  Conversation,
  ConversationEvent,
  ConversationSummary,
} from '../../../../src/shared/protocol/conversations';
import { errorInfo, HearthError } from '../../../../src/shared/protocol/errors';
import type { StopReason } from '../../../../src/shared/protocol/figures';
import type { WorkerGenerateResult } from '../../../../src/shared/protocol/worker';
import { useTempFolder } from '../../../support/temp-folder';

const FIGURES = {
  ttftMs: 1, prefillTokensPerSecond: 1, decodeTokensPerSecond: 1, inputTokens: 1, reusedTokens: 0, outputTokens: 1,
  reasoningTokens: 0, reasoningMs: 0,
}; // prettier-ignore

/** An answer that says what the test says. */
class Answering {
  constructor(
    readonly job: AnswerJob,
    readonly listener: AnswerListener,
    private readonly settle: (result: StopReason | Error) => void,
  ) {}
  say(text: string): void {
    this.listener.delta('', text);
  }
  end(stopReason: StopReason = 'end'): void {
    this.settle(stopReason);
  }
  fail(error: Error): void {
    this.settle(error);
  }
}

class FakeRunner {
  readonly answers: Answering[] = [];
  private waiting: (() => void) | undefined;

  run(job: AnswerJob, signal: AbortSignal, listener: AnswerListener): Promise<WorkerGenerateResult> {
    return new Promise((resolve, reject) => {
      const settle = (result: StopReason | Error) =>
        result instanceof Error ? reject(result) : resolve({ stopReason: result, figures: FIGURES });
      signal.addEventListener('abort', () => settle('cancelled'), { once: true });
      if (signal.aborted) settle('cancelled');
      this.answers.push(new Answering(job, listener, settle));
      this.waiting?.();
    });
  }

  /** The answer of this number, as soon as it has begun. */
  async nth(index: number): Promise<Answering> {
    for (;;) {
      const found = this.answers[index];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
  }
}

/** A disk that can be full, and slow to list; counts what is read. */
class FakeDisk extends ConversationStore {
  full = false;
  reads = 0;
  listing: Promise<void> = Promise.resolve();
  override async write(conversation: Conversation): Promise<void> {
    if (this.full) throw new HearthError('storage-full', 'The disk is full.', 'Free some space.');
    await super.write(conversation);
  }
  override async read(id: string): Promise<Conversation> {
    this.reads += 1;
    return super.read(id);
  }
  override async summaries(): Promise<ConversationSummary[]> {
    const found = await super.summaries();
    await this.listing;
    return found;
  }
}

describe('Conversations', () => {
  // Before the folder goes, nothing may write to it any more.
  afterEach(async () => {
    await conversations.stopAll();
    await idle();
  });
  const at = useTempFolder();
  let conversations: Conversations;
  let runner: FakeRunner;
  let disk: FakeDisk;
  let events: { conversationId: string; sequence: number; event: ConversationEvent }[];
  let lists: ConversationSummary[][];
  let holds: number;
  let waiting: (() => void) | undefined;
  /** Resolves when nothing keeps the hub. */
  const idle = async (): Promise<void> => {
    while (holds > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const text = (value: string) => ({ text: value, attachments: [] });

  async function build(): Promise<Conversations> {
    const paths = hearthPaths(at());
    mkdirSync(paths.conversations, { recursive: true });
    runner = new FakeRunner();
    disk = new FakeDisk(paths, () => undefined);
    [events, lists, holds] = [[], [], 0];
    return new Conversations({
      store: disk,
      settings: await SettingsStore.open(paths, () => undefined),
      // As slow as the search of a folder.
      registry: {
        active: () => new Promise((resolve) => setImmediate(resolve, '/m/model.gguf')),
      } as unknown as ModelRegistry,
      runner: runner as unknown as AnswerRunner,
      log: () => undefined,
      emit: (conversationId, sequence, event) => {
        events.push({ conversationId, sequence, event });
        waiting?.();
      },
      onListChange: (list) => lists.push(list),
      hold: () => {
        holds += 1;
        return { dispose: () => (holds -= 1) };
      },
    });
  }

  beforeEach(async () => {
    conversations = await build();
  });

  const stored = (id: string) =>
    (JSON.parse(readFileSync(at('conversations', `${id}.json`), 'utf8')) as { conversation: Conversation })
      .conversation;
  async function happened(test: (event: ConversationEvent) => boolean): Promise<ConversationEvent> {
    for (;;) {
      const found = events.find(({ event }) => test(event));
      if (found !== undefined) return found.event;
      await new Promise<void>((resolve) => (waiting = resolve));
    }
  }
  const finished = (id: string) =>
    happened((event) => event.type === 'finished' && event.message.id === id) as Promise<{
      type: 'finished';
      message: AssistantMessage;
    }>;
  async function send(id: string, value: string): Promise<string> {
    const result = await conversations.send(id, undefined, text(value));
    assert.ok(result.kind === 'sent');
    return result.answerId;
  }

  it('stores what is sent before it is answered, and what was said at its end', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'first line\nsecond');
    const answering = await runner.nth(0);
    assert.equal(stored(id).title, 'first line');
    assert.equal(Object.keys(stored(id).messages).length, 2);
    answering.say('hel');
    answering.say('lo');
    answering.end();
    const { message } = await finished(answerId);
    assert.deepEqual([message.text, message.status, message.stopReason, message.model], ['hello', 'finished', 'end', 'model']); // prettier-ignore
    assert.deepEqual(stored(id).messages[answerId], message);
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, index) => index + 1),
    );
  });

  it('goes on with an answer that broke off, in the same message', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'count');
    const first = await runner.nth(0);
    first.say('one, ');
    first.fail(new HearthError('worker-ended', 'It ended.', 'Again.'));
    assert.equal((await finished(answerId)).message.error?.code, 'worker-ended');
    events.length = 0;

    await conversations.continueAnswer(id, answerId);
    const stand = stored(id).messages[answerId] as AssistantMessage;
    assert.deepEqual([stand.status, stand.text, stand.error], ['running', 'one, ', undefined]);
    const second = await runner.nth(1);
    assert.deepEqual(second.job.prompt.openAnswer, { reasoning: '', text: 'one, ' });
    second.say('two');
    await conversations.continueAnswer(id, answerId); // Another window; it runs already.
    second.end();
    const { message } = await finished(answerId);
    assert.deepEqual([message.text, message.stopReason, message.error], ['one, two', 'end', undefined]);
    assert.deepEqual(stored(id).messages[answerId], message);
    assert.equal(runner.answers.length, 2);
    await assert.rejects(conversations.continueAnswer(id, answerId), /complete/);
  });

  it('does not go on where the conversation already has, nor without room to note it', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'count');
    (await runner.nth(0)).say('one');
    await conversations.stop(id, answerId);
    disk.full = true;
    await assert.rejects(conversations.continueAnswer(id, answerId), /full/);
    disk.full = false;
    const shown = (await conversations.open(id)).conversation.messages[answerId] as AssistantMessage;
    assert.deepEqual([shown.status, shown.stopReason, shown.text], ['finished', 'cancelled', 'one']);
    const next = await send(id, 'and then?');
    (await runner.nth(1)).end();
    await finished(next);
    await assert.rejects(conversations.continueAnswer(id, answerId), /has gone on/);
  });

  it('keeps the hub only while something is answered, whatever happens', async () => {
    const { id } = await conversations.create(undefined);
    for (const how of ['end', 'throw', 'full'] as const) {
      const before = runner.answers.length;
      const { answerId } = (await conversations.send(id, null, text(how))) as { answerId: string };
      assert.equal(holds, 1);
      const answering = await runner.nth(before);
      if (how === 'full') disk.full = true;
      if (how === 'throw') answering.fail(new HearthError('worker-ended', 'It ended.', 'Again.'));
      else answering.end();
      await finished(answerId);
      disk.full = false;
      await idle();
    }
  });

  it('makes a message that comes at the same moment wait, instead of a branch of it', async () => {
    const { id } = await conversations.create(undefined);
    const [first, second] = await Promise.all([
      conversations.send(id, undefined, text('one')),
      conversations.send(id, undefined, text('two')),
    ]);
    assert.deepEqual([first.kind, second.kind], ['sent', 'pending']);
    (await runner.nth(0)).end();
    const next = await runner.nth(1);
    assert.deepEqual(
      next.job.prompt.messages.map((message) => message.text),
      ['one', 'two'],
    );
    assert.deepEqual(stored(id).pending, []);
    next.end();
  });

  it('keeps pending messages behind a failed answer, and sends them after the next good one', async () => {
    const { id } = await conversations.create(undefined);
    const failing = await send(id, 'one');
    await conversations.send(id, undefined, text('two'));
    (await runner.nth(0)).fail(new HearthError('worker-ended', 'It ended.', 'Again.'));
    const { message } = await finished(failing);
    assert.deepEqual([message.stopReason, message.error?.code], ['failed', 'worker-ended']);
    const answerId = await send(id, 'three');
    (await runner.nth(1)).end();
    await finished(answerId);
    const third = await runner.nth(2);
    assert.equal(third.job.prompt.messages.at(-1)?.text, 'two');
    third.end();
  });

  it('sends a pending message even if another branch was shown when its answer ended', async () => {
    const { id } = await conversations.create(undefined);
    const left = await send(id, 'left');
    (await runner.nth(0)).end();
    await finished(left);
    const right = ((await conversations.send(id, null, text('right'))) as { answerId: string }).answerId;
    await conversations.send(id, undefined, text('waits'));
    await conversations.select(id, left);
    (await runner.nth(1)).end();
    await finished(right);
    assert.equal((await conversations.send(id, undefined, text('new'))).kind, 'pending');
    const waiting = await runner.nth(2);
    assert.equal(waiting.job.prompt.messages.at(-1)?.text, 'waits');
    waiting.end();
    const newest = await runner.nth(3);
    assert.deepEqual(
      newest.job.prompt.messages.map((message) => message.text),
      ['left', 'waits', 'new'],
    );
    newest.end();
  });

  it('stops everything for the end of the hub, and leaves pending what is pending', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'one');
    (await runner.nth(0)).say('half');
    await conversations.send(id, undefined, text('two'));
    await conversations.stopAll();
    const { message } = await finished(answerId);
    assert.deepEqual([message.stopReason, message.text], ['cancelled', 'half']);
    await idle();
    assert.equal(runner.answers.length, 1);
    assert.deepEqual(
      stored(id).pending.map(({ content }) => content.text),
      ['two'],
    );
    // The next hub sends it with the next message, in order.
    conversations = await build();
    assert.equal((await conversations.send(id, undefined, text('three'))).kind, 'pending');
    const next = await runner.nth(0);
    assert.equal(next.job.prompt.messages.at(-1)?.text, 'two');
    next.end();
    (await runner.nth(1)).end();
  });

  it('does not pretend to edit a pending message that has been sent', async () => {
    const { id } = await conversations.create(undefined);
    await send(id, 'one');
    const pending = await conversations.send(id, undefined, text('two'));
    await conversations.editPending(id, pending.kind === 'pending' ? pending.id : '', text('2'));
    (await runner.nth(0)).end();
    const next = await runner.nth(1);
    assert.equal(next.job.prompt.messages.at(-1)?.text, '2');
    await assert.rejects(
      conversations.editPending(id, pending.kind === 'pending' ? pending.id : '', null),
      /has been sent/,
    );
    next.end();
  });

  it('takes everything back when the disk is full', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'one');
    (await runner.nth(0)).end();
    await finished(answerId);
    const before = (await conversations.open(id)).conversation;
    disk.full = true;
    const full = (error: unknown) => errorInfo(error).code === 'storage-full';
    await assert.rejects(conversations.send(id, undefined, text('two')), full);
    await assert.rejects(conversations.regenerate(id, answerId), full);
    await assert.rejects(conversations.rename(id, 'other'), full);
    await assert.rejects(conversations.configure(id, { instructions: 'other' }), full);
    await assert.rejects(conversations.select(id, before.messages[answerId]!.parentId!), full);
    assert.deepEqual((await conversations.open(id)).conversation, before);
    disk.full = false;
    const running = await send(id, 'three');
    disk.full = true;
    await assert.rejects(conversations.send(id, undefined, text('four')), full);
    assert.deepEqual((await conversations.open(id)).conversation.pending, []);
    disk.full = false;
    // Nothing is left that counts as running: this would wait for it for ever.
    await conversations.stop(id, running);
    await conversations.stopAll();
  });

  it('deletes for good, with what runs', async () => {
    const { id } = await conversations.create(undefined);
    await send(id, 'one');
    (await runner.nth(0)).say('x');
    await conversations.remove(id);
    await assert.rejects(
      conversations.open(id),
      (error) => errorInfo(error).code === 'conversation-not-found',
    );
    await idle();
    assert.deepEqual(await conversations.list(), []);
    assert.deepEqual(lists.at(-1), []);
  });

  it('is not brought back by a change that comes while it is deleted', async () => {
    const { id } = await conversations.create(undefined);
    const removing = conversations.remove(id);
    await Promise.allSettled([conversations.rename(id, 'x'), conversations.send(id, undefined, text('y'))]);
    await removing;
    await conversations.stopAll();
    conversations = await build();
    assert.deepEqual(await conversations.list(), []);
  });

  it('lists what is created while the list is being read', async () => {
    let go = (): void => undefined;
    disk.listing = new Promise((resolve) => (go = resolve));
    const [first, second] = [conversations.list(), conversations.list()];
    const creating = conversations.create(undefined);
    setImmediate(go);
    const { id } = await creating;
    await Promise.all([first, second]);
    assert.deepEqual(
      (await conversations.list()).map((summary) => summary.id),
      [id],
    );
  });

  it('gives a conversation up when nobody shows it, and reads the same again', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'one');
    (await runner.nth(0)).say('hello');
    (await runner.nth(0)).end();
    await finished(answerId);
    await idle();
    disk.reads = 0;
    for (let opened = 1; opened <= 3; opened++) {
      assert.deepEqual((await conversations.open(id)).conversation, stored(id));
      assert.equal(disk.reads, opened);
    }
    assert.equal((stored(id).messages[answerId] as AssistantMessage).text, 'hello');
  });

  it('does not give it up while it is answered, or shown: its events go on being numbered', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'one');
    const answering = await runner.nth(0);
    disk.reads = 0;
    answering.say('half');
    const { sequence, conversation } = await conversations.open(id);
    assert.equal((conversation.messages[answerId] as AssistantMessage).text, 'half');
    const shown = conversations.watch(id);
    answering.end();
    await finished(answerId);
    await idle();
    await conversations.rename(id, 'other');
    assert.equal((await conversations.open(id)).sequence, sequence + 2);
    assert.equal(disk.reads, 0);
    shown.dispose();
    await conversations.open(id);
    await conversations.open(id);
    assert.equal(disk.reads, 1);
  });

  it('keeps the end of an answer that the disk did not take, until it does', async () => {
    const { id } = await conversations.create(undefined);
    const answerId = await send(id, 'one');
    (await runner.nth(0)).say('all of it');
    disk.full = true;
    (await runner.nth(0)).end();
    const { message } = await finished(answerId);
    await idle();
    disk.full = false;
    assert.deepEqual((await conversations.open(id)).conversation.messages[answerId], message);
    await conversations.rename(id, 'There is room again');
    assert.deepEqual(stored(id).messages[answerId], message);
  });

  it('loses no change that comes while it is given up and read again', async () => {
    const { id } = await conversations.create(undefined);
    for (let round = 0; round < 20; round++) {
      const [instructions, title] = [`instructions ${round}`, `title ${round}`];
      const configuring = conversations.configure(id, { instructions });
      for (let turn = 0; turn < round; turn++) await Promise.resolve();
      await Promise.all([configuring, conversations.rename(id, title), conversations.open(id)]);
      assert.deepEqual([stored(id).settings.instructions, stored(id).title], [instructions, title]);
    }
  });

  it('shows the newest leaf of a branch, and regenerates beside the old answer', async () => {
    const { id } = await conversations.create(undefined);
    const one = await send(id, 'one');
    (await runner.nth(0)).end();
    await finished(one);
    const other = await conversations.regenerate(id, one);
    (await runner.nth(1)).end();
    await finished(other);
    const { messages } = stored(id);
    assert.equal(messages[other]?.parentId, messages[one]?.parentId);
    await conversations.select(id, one);
    assert.equal(stored(id).currentId, one);
    await assert.rejects(
      conversations.select(id, 'x'),
      (error) => errorInfo(error).code === 'message-not-found',
    );
    await assert.rejects(
      conversations.regenerate(id, messages[one]!.parentId!),
      (error) => errorInfo(error).code === 'message-not-found',
    );
  });
});
