/** Holds the state, gathers what the extension sends into one change per frame, and saves the draft. */
import type { FromWebview, ToWebview } from '../../src/shared/protocol/webview';
import type { Messaging } from '../messaging';
import { initialState, type ChatState } from './chat-state';
import { readDraft } from './draft';
import { reduce, type UserAction } from './reduce';

/** The clock and the frames; tests bring their own. */
export interface Frames {
  now(): number;
  /** Calls back before the next paint, or soon if nothing is painted. */
  next(callback: () => void): void;
}

const SAVE_DELAY_MS = 300;

export class ChatStore {
  private current: ChatState;
  private readonly listeners = new Set<(state: ChatState) => void>();
  private inbox: ToWebview[] = [];
  private saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly messaging: Messaging,
    private readonly frames: Frames,
  ) {
    this.current = initialState(readDraft(messaging.savedState()));
    messaging.onMessage((message) => this.receive(message));
    messaging.post({ type: 'ready' });
  }

  get state(): ChatState {
    return this.current;
  }

  subscribe(listener: (state: ChatState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  readonly post = (message: FromWebview): void => this.messaging.post(message);

  readonly act = (action: UserAction): void => {
    this.flush();
    this.change(reduce(this.current, { from: 'user', action }, this.frames.now()));
  };

  /** Saves a draft that is still waiting for its turn: the view is about to go. */
  saveNow(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = undefined;
    this.messaging.saveState({ draft: this.current.draft });
  }

  private receive(message: ToWebview): void {
    this.inbox.push(message);
    if (this.inbox.length === 1) this.frames.next(() => this.flush());
  }

  private flush(): void {
    const messages = this.inbox;
    if (messages.length === 0) return;
    this.inbox = [];
    const now = this.frames.now();
    this.change(
      messages.reduce((state, message) => reduce(state, { from: 'extension', message }, now), this.current),
    );
  }

  private change(next: ChatState): void {
    const before = this.current;
    if (next === before) return;
    this.current = next;
    if (next.resyncing && !before.resyncing) this.messaging.post({ type: 'ready' });
    if (next.draft !== before.draft) this.saveTimer ??= setTimeout(() => this.saveNow(), SAVE_DELAY_MS);
    for (const listener of [...this.listeners]) listener(next);
  }
}

/** Frames of the browser. A hidden view is not painted, so a timer stands by. */
export function browserFrames(): Frames {
  return {
    now: () => performance.now(),
    next: (callback) => {
      let done = false;
      const once = () => {
        if (done) return;
        done = true;
        callback();
      };
      requestAnimationFrame(once);
      setTimeout(once, 100);
    },
  };
}
