/** A real hub with a home of its own, for tests: started as any client would, gone with everything afterwards. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HubClient } from '../../src/client/hub-client';
import { readHubRecord } from '../../src/client/read-hub-record';
import { connectToHub, hubLogFile } from '../../src/client/start-hub';
import {
  ConversationChanged,
  CreateConversation,
  OpenConversation,
  SendMessage,
  type AssistantMessage,
  type ConversationEvent,
  type ConversationSnapshot,
} from '../../src/shared/protocol/conversations';
import {
  UpdateSettings,
  type ConversationSettings,
  type HubSettings,
} from '../../src/shared/protocol/settings';
import { StopHub, type ClientKind } from '../../src/shared/protocol/system';

export const ROOT = resolve(__dirname, '../..');
export const DIST = join(ROOT, 'dist');
export const MODELS = join(ROOT, '.cache/models');
export const TINY_GPT_OSS = join(MODELS, 'tiny-gpt-oss.gguf');
export const TINY_LLAMA = join(MODELS, 'tiny-llama.gguf');

/** The hub as it was built: a test that wants it to run from its home says so. */
export const HUB_LOCATION = {
  hubFile: join(DIST, 'hub.js'),
  nodeExecutable: process.execPath,
  inPlace: true,
};

/** Two cores, a tiny model: one thread is fastest, and the same everywhere. */
export const TEST_LOAD: HubSettings['load'] = {
  gpu: 'cpu',
  gpuLayers: 'auto',
  contextSize: 'auto',
  sequences: 1,
  batchSize: 512,
  flashAttention: true,
  threads: 1,
  loras: [],
};

/** Greedy, the tiny model repeats itself for ever. */
export const ENDLESS: Partial<ConversationSettings> = {
  system: 'x',
  sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
};

export interface SeenEvent {
  sequence: number;
  event: ConversationEvent;
}

export class TestHub {
  private readonly clients: HubClient[] = [];

  private constructor(readonly home: string) {}

  static create(home = mkdtempSync(join(tmpdir(), 'hearth-test-'))): TestHub {
    return new TestHub(home);
  }

  /** Connects; the first call starts the hub. Test settings apply unless `settings` is null. */
  async connect(settings: Partial<HubSettings> | null = {}, kind: ClientKind = 'window'): Promise<HubClient> {
    const client = await connectToHub({ ...HUB_LOCATION, home: this.home }, { kind, version: 'test' });
    this.clients.push(client);
    if (settings !== null) {
      await client.request(UpdateSettings, { load: TEST_LOAD, activeModel: TINY_GPT_OSS, ...settings });
    }
    return client;
  }

  async record() {
    const record = await readHubRecord(this.home);
    if (record === undefined) throw new Error('there is no hub record');
    return record;
  }

  log(): string {
    return readFileSync(hubLogFile(this.home), 'utf8');
  }

  cli(args: string[], options: { env?: NodeJS.ProcessEnv; uid?: number } = {}) {
    const result = spawnSync(process.execPath, [join(DIST, 'cli.js'), ...args], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, HEARTH_HOME: this.home, ...options.env },
      ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    });
    return { code: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  /** Ends the hub, its workers and the home. */
  async dispose(): Promise<void> {
    for (const client of this.clients) client.dispose();
    const record = await readHubRecord(this.home);
    if (record !== undefined) {
      try {
        const client = await HubClient.connect(record, { kind: 'test', version: 'test' });
        const closed = new Promise<void>((resolve) => client.onClose(() => resolve()));
        await client.request(StopHub, null);
        await closed;
      } catch {
        for (const pid of [record.pid, ...record.workers]) kill(pid);
      }
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** A conversation as one window watches it. */
export class WatchedConversation {
  readonly events: SeenEvent[] = [];
  private readonly waiting: { test: (seen: SeenEvent) => boolean; resolve: (seen: SeenEvent) => void }[] = [];

  private constructor(
    readonly client: HubClient,
    readonly id: string,
  ) {
    client.on(ConversationChanged, ({ conversationId, sequence, event }) => {
      if (conversationId !== this.id) return;
      const seen = { sequence, event };
      this.events.push(seen);
      for (const entry of [...this.waiting]) {
        if (!entry.test(seen)) continue;
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        entry.resolve(seen);
      }
    });
  }

  static async create(client: HubClient): Promise<WatchedConversation> {
    const { id } = await client.request(CreateConversation, {});
    return (await WatchedConversation.open(client, id)).watched;
  }

  static async open(
    client: HubClient,
    id: string,
  ): Promise<{ watched: WatchedConversation; snapshot: ConversationSnapshot }> {
    const watched = new WatchedConversation(client, id);
    return { watched, snapshot: await client.request(OpenConversation, { id }) };
  }

  async send(text: string): Promise<string> {
    const result = await this.client.request(SendMessage, {
      conversationId: this.id,
      content: { text, attachments: [] },
    });
    if (result.kind !== 'sent') throw new Error('the message is pending');
    return result.answerId;
  }

  /** Sends and waits for the whole answer. */
  async ask(text: string): Promise<AssistantMessage> {
    return this.finished(await this.send(text));
  }

  async finished(answerId: string): Promise<AssistantMessage> {
    const { event } = await this.next(
      ({ event }) => event.type === 'finished' && event.message.id === answerId,
    );
    if (event.type !== 'finished') throw new Error('not finished');
    return event.message;
  }

  /** Resolves with the first event, past or coming, that passes. */
  next(test: (seen: SeenEvent) => boolean): Promise<SeenEvent> {
    const past = this.events.find(test);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve) => this.waiting.push({ test, resolve }));
  }

  async delta(answerId: string): Promise<void> {
    await this.next(({ event }) => event.type === 'delta' && event.messageId === answerId);
  }

  /** What the deltas of an answer add up to. */
  streamed(answerId: string): { reasoning: string; text: string } {
    const whole = { reasoning: '', text: '' };
    for (const { event } of this.events) {
      if (event.type !== 'delta' || event.messageId !== answerId) continue;
      whole.reasoning += event.reasoning;
      whole.text += event.text;
    }
    return whole;
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for yet is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Polls for what sends no event: the end of a process that is not ours. */
export async function until(test: () => boolean | Promise<boolean>, ms: number, what: string): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** About this many tokens for the tiny models, whose vocabulary is nearly one token a character. */
export function longText(tokens: number): string {
  return 'The quick brown fox jumps over the lazy dog. '.repeat(Math.ceil(tokens / 45)).slice(0, tokens);
}
