/** What the gallery shows: what the extension sends, and what the user then does. */
import type { Page } from 'playwright-core';
import { modelOffers } from '../../src/planner/model-offers';
import type { ConversationEvent, Message } from '../../src/shared/protocol/conversations';
import type { ToWebview } from '../../src/shared/protocol/webview';
import { RICH_ANSWER, LONG_WORDS } from './webview-texts';
import {
  answer,
  FIGURES,
  MODEL_FILE,
  READY_MODEL,
  runningAnswer,
  SELECTION,
  snapshot,
  userMessage,
  viewState,
} from './webview-samples';

export interface Scenario {
  width?: number;
  height?: number;
  messages: ToWebview[];
  act?: (page: Page) => Promise<void>;
}

const state: ToWebview = { type: 'state', state: viewState() };
const question = {
  ...userMessage('u1', null, 'How does the admission queue age its waiting entries?'),
  attachments: [SELECTION],
};
const reasoning =
  'The user asks how ageing bounds the wait. Looking at the class, every entry keeps the time at which it came, ' +
  'and the comparison subtracts a share of the waiting time from the priority, so that';

function shown(...messages: Message[]): ToWebview[] {
  return [state, { type: 'conversation', snapshot: snapshot(messages) }];
}

function events(...list: ConversationEvent[]): ToWebview[] {
  return list.map((event, index) => ({ type: 'event', conversationId: 'c1', sequence: index + 1, event }));
}

const rich = { ...answer('a1', 'u1', RICH_ANSWER), reasoning };
const turns = Array.from({ length: 200 }, (_, index): Message[] => [
  userMessage(`u${index}`, index === 0 ? null : `a${index - 1}`, `Question ${index + 1}: what comes next?`),
  answer(
    `a${index}`,
    `u${index}`,
    `Answer ${index + 1}.\n\n${'A sentence of some length. '.repeat(1 + ((index * 7) % 20))}`,
  ),
]).flat();

export const SCENARIOS: Record<string, Scenario> = {
  empty: { messages: [state, { type: 'conversation', snapshot: null }] },
  'empty-not-loaded': {
    messages: [
      { type: 'state', state: viewState({ models: [] }) },
      { type: 'conversation', snapshot: null },
    ],
  },
  'empty-loading': {
    messages: [
      {
        type: 'state',
        state: viewState({
          models: [
            { ...READY_MODEL, status: { kind: 'loading', progress: { phase: 'weights', fraction: 0.43 } } },
          ],
        }),
      },
      { type: 'conversation', snapshot: null },
    ],
  },
  'demo-model': {
    messages: [
      {
        type: 'state',
        state: viewState({
          demoModelOnly: true,
          activeModel: { ...MODEL_FILE, name: 'ember', sizeBytes: 7_700_000, source: 'bundled' },
          offers: modelOffers({
            gpu: 'cuda',
            deviceNames: ['NVIDIA RTX 4090'],
            vramTotalBytes: 24 * 2 ** 30,
            ramTotalBytes: 64 * 2 ** 30,
          }),
          models: [],
        }),
      },
      { type: 'conversation', snapshot: null },
    ],
  },
  connecting: {
    messages: [
      { type: 'state', state: viewState({ hub: { kind: 'connecting' }, models: [] }) },
      { type: 'conversation', snapshot: null },
    ],
  },
  'hub-failed': {
    messages: [
      {
        type: 'state',
        state: viewState({
          hub: {
            kind: 'failed',
            error: {
              code: 'hub-unreachable',
              message: 'Hearth could not start its model host: it ended before it answered.',
              advice: 'Try again. If it ends again, the log says why.',
            },
          },
        }),
      },
      { type: 'conversation', snapshot: null },
    ],
  },
  reasoning: {
    messages: [
      ...shown(question),
      ...events(
        { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' },
        { type: 'delta', messageId: 'a1', reasoning, text: '' },
        {
          type: 'progress',
          messageId: 'a1',
          progress: { phase: 'decode', tokens: 312, tokensPerSecond: 132.4 },
        },
      ),
    ],
  },
  streaming: {
    messages: [
      ...shown(question),
      ...events(
        { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' },
        { type: 'delta', messageId: 'a1', reasoning, text: '' },
        {
          type: 'progress',
          messageId: 'a1',
          progress: { phase: 'decode', tokens: 312, tokensPerSecond: 132.4 },
        },
        { type: 'delta', messageId: 'a1', reasoning: '', text: RICH_ANSWER.slice(0, 900) },
      ),
    ],
  },
  rich: { height: 1900, messages: shown(question, rich) },
  'reasoning-open': {
    messages: shown(question, rich),
    act: (page) =>
      page
        .locator('.thread')
        .evaluate((thread) => thread.scrollTo(0, 0))
        .then(() => page.locator('.reasoning-line').click()),
  },
  error: {
    messages: shown(question, {
      ...answer('a1', 'u1', 'Each entry keeps the time at which it'),
      stopReason: 'failed',
      error: {
        code: 'worker-ended',
        message:
          'The process that runs gpt-oss-120b ended: it crashed in native code (SIGSEGV). What the model had said is kept.',
        advice:
          'The model comes back by itself. If it happens again, load it with less ("Hearth: Reload with Less…").',
        details: [
          '[llama.cpp warning] llama_context: n_ctx_seq (65536) < n_ctx_train (131072) -- the full capacity of the model will not be utilized',
          '[llama.cpp error] ggml_cuda_compute_forward: MUL_MAT_ID failed',
          '[llama.cpp error] CUDA error: misaligned address',
        ].join('\n'),
      },
    }),
  },
  'no-room': {
    messages: shown(question, {
      ...answer('a1', 'u1', ''),
      stopReason: 'failed',
      error: {
        code: 'no-room',
        message:
          'gpt-oss-120b was not loaded: it needs 63.8 GiB of VRAM and 1.0 GiB of RAM, which is not free beside qwen3-coder-30b-a3b-instruct-Q8_0 (32.4 GiB of VRAM and 1.1 GiB of RAM).',
        advice:
          'Unload qwen3-coder-30b-a3b-instruct-Q8_0 first, or set "hearth.makeRoom" to "auto" so that Hearth does.',
      },
    }),
  },
  stopped: {
    messages: shown(question, {
      ...answer('a1', 'u1', 'Each entry keeps the time at which it'),
      stopReason: 'cancelled',
    }),
  },
  notice: {
    messages: [
      ...shown(question, answer('a1', 'u1', 'A short answer.')),
      {
        type: 'error',
        error: {
          code: 'storage-full',
          message: 'The message could not be saved: the disk is full.',
          advice: 'Free some space, then send it again.',
        },
      },
    ],
  },
  stops: {
    messages: shown(
      question,
      { ...answer('a1', 'u1', 'It was'), stopReason: 'cancelled' },
      userMessage('u2', 'a1', 'Go on'),
      { ...answer('a2', 'u2', 'And then the entry'), stopReason: 'max-tokens' },
      userMessage('u3', 'a2', 'Go on'),
      { ...answer('a3', 'u3', 'is taken from the'), stopReason: 'context' },
    ),
  },
  tools: {
    messages: shown(question, {
      ...answer('a1', 'u1', 'I look at the file first.'),
      stopReason: 'tool-calls',
      toolCalls: [
        {
          id: 't1',
          name: 'read_file',
          argumentsJson: '{"path":"src/hub/scheduler/admission-queue.ts","lines":[1,80]}',
        },
      ],
    }),
  },
  pending: {
    messages: [
      ...shown(question),
      ...events(
        { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' },
        { type: 'progress', messageId: 'a1', progress: { phase: 'queued', position: 2, expectedMs: 21_000 } },
        {
          type: 'pending',
          pending: [
            {
              id: 'p1',
              content: {
                text: 'And how is a tie broken, when two entries have the same priority and came together?',
                attachments: [],
              },
            },
            { id: 'p2', content: { text: '', attachments: [SELECTION] } },
          ],
        },
      ),
    ],
  },
  'error-details': {
    messages: shown(question, {
      ...answer('a1', 'u1', 'Each entry keeps the time at which it'),
      stopReason: 'failed',
      error: {
        code: 'out-of-memory',
        message:
          'The process that runs gpt-oss-120b ended: memory ran out while the KV cache was allocated (6.0 GiB). What the model had said is kept.',
        advice:
          'Load it with less ("Hearth: Reload with Less…"): a smaller context, or fewer layers on the GPU.',
        details:
          '[llama.cpp error] ggml_backend_cuda_buffer_type_alloc_buffer: allocating 6120.00 MiB on device 0: cudaMalloc failed: out of memory\n[llama.cpp error] llama_kv_cache: failed to allocate buffer for kv cache',
      },
    }),
    act: (page) => page.getByText('Last lines of the log').click(),
  },
  'pending-edit': {
    messages: [
      ...shown(question),
      ...events(
        { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' },
        {
          type: 'progress',
          messageId: 'a1',
          progress: { phase: 'loading', fraction: 0.43, model: 'gpt-oss-120b' },
        },
        {
          type: 'pending',
          pending: [{ id: 'p1', content: { text: 'And how is a tie broken?', attachments: [SELECTION] } }],
        },
      ),
    ],
    act: (page) => page.getByTestId('pending-edit').click(),
  },
  prefill: {
    messages: [
      ...shown(question),
      ...events(
        { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' },
        {
          type: 'progress',
          messageId: 'a1',
          progress: { phase: 'prefill', done: 18_200, total: 42_000, reused: 0 },
        },
      ),
      {
        type: 'attach',
        attachments: [
          SELECTION,
          {
            ...SELECTION,
            path: 'src/hub/a-very-long-file-name-that-does-not-fit-anywhere.ts',
            startLine: 7,
            endLine: 7,
          },
        ],
      },
      { type: 'compose', text: 'A draft\nof two lines' },
    ],
  },
  branches: {
    messages: [
      state,
      {
        type: 'conversation',
        snapshot: snapshot([
          question,
          userMessage('u1b', null, 'The same, asked in other words'),
          answer('a0', 'u1b', 'An earlier answer'),
          answer('a1', 'u1b', 'A short answer.'),
          userMessage('u2', 'a1', 'And then?'),
          answer('a2', 'u2', 'Then it ends.'),
        ]),
      },
    ],
    act: async (page) => {
      await page.getByTestId('answer').first().hover();
      await page.getByTestId('answer-branch').click();
      await page.getByTestId('answer').first().hover();
    },
  },
  editing: {
    messages: shown(question, answer('a1', 'u1', 'A short answer.')),
    act: (page) => page.getByTestId('composer').press('ArrowUp'),
  },
  history: {
    messages: [
      ...shown(question, rich),
      {
        type: 'history',
        open: true,
        conversations: [
          'Admission queue',
          'Why does the worker end with signal 6 after two hours of decoding?',
          'Borrow checker',
          'A table of mutexes',
          'SQL window functions',
        ].map((title, index) => ({
          id: `c${index + 1}`,
          title,
          messageCount: 2 + index * 3,
          updatedAt: Date.now() - index ** 3 * 3_600_000,
        })),
      },
    ],
    act: async (page) => {
      await page.getByTestId('history-item').nth(3).hover();
      await page.getByTestId('history-delete').nth(3).click();
      await page.getByTestId('history-item').nth(2).locator('.history-open').focus();
      await page.keyboard.press('F2');
      await page.getByTestId('history-item').nth(1).locator('.history-open').focus();
    },
  },
  narrow: { width: 220, height: 1500, messages: shown(question, rich) },
  'narrow-empty': {
    width: 220,
    height: 800,
    messages: [
      { type: 'state', state: viewState({ demoModelOnly: true }) },
      { type: 'conversation', snapshot: null },
    ],
  },
  'long-words': {
    width: 280,
    messages: shown(userMessage('u1', null, LONG_WORDS), {
      ...answer('a1', 'u1', LONG_WORDS),
      figures: FIGURES,
    }),
  },
  'long-thread': { messages: shown(...turns) },
  'long-thread-up': {
    messages: shown(...turns),
    act: async (page) => {
      await page.mouse.move(150, 200);
      await page.mouse.wheel(0, -6000);
      await page.waitForTimeout(300);
    },
  },
};
