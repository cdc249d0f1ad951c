/** The one queue for the GPU: who is answered next, over all windows and clients. */
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import type { Priority, QueueEntry } from '../../shared/protocol/system';
import { WaitEstimate } from './wait-estimate';

const RANK: Record<Priority, number> = { chat: 0, inline: 1, completion: 2, background: 3 };
/** Who has waited this long counts one rank higher, so that nobody waits for ever. */
const AGEING_MS = 20_000;

/** What a waiting entry finds when it asks to be let in. */
export type Admission =
  /** Go: a slot is taken until `release`. */
  | { kind: 'admitted'; release: () => void }
  /** Not yet. `blocks`: nobody behind may overtake, else this one would wait for ever. */
  | { kind: 'wait'; blocks: boolean }
  | { kind: 'refused'; error: HearthError };

export interface QueueRequest {
  id: string;
  label: string;
  priority: Priority;
  modelPath: string;
  conversationId?: string;
  /** It is no answer: how long it takes says nothing about the others. */
  isLoad?: boolean;
  /** Called in the queue's order, again after every change, until it admits or refuses. */
  admit: () => Admission;
}

/** Where a waiting entry stands. */
export interface QueuePosition {
  /** How many wait before it. */
  before: number;
  /** Undefined while nothing is known about how long answers take. */
  expectedMs: number | undefined;
}

/** It was taken out of the queue before it reached the model. */
export class CancelledInQueue extends HearthError {
  constructor() {
    super('cancelled', 'It was cancelled while it waited.', 'Nothing was sent to the model.');
  }
}

interface Entry {
  request: QueueRequest;
  shown: QueueEntry;
  /** Cancels it, wherever it is. */
  stop: AbortController;
  /** When it came, and later when it was admitted; ms of the scheduler's own clock. */
  at: number;
  /** Higher goes first, whatever the priorities; 0 for who was never moved. */
  movedUp: number;
  enter: (release: () => void) => void;
  refuse: (error: HearthError) => void;
  onPosition: (position: QueuePosition) => void;
}

export class Scheduler {
  private readonly waiting: Entry[] = [];
  private readonly running: Entry[] = [];
  private readonly estimate = new WaitEstimate();
  private moves = 0;
  private pumping = false;
  private again = false;

  constructor(
    private readonly onChange: () => void,
    /** Never goes back: ms. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Running entries first, then the waiting ones in the order in which they will be served. */
  get entries(): QueueEntry[] {
    const waits = this.waits();
    return [
      ...this.running.map(({ shown }) => shown),
      ...this.waiting.map(({ shown }, index) => {
        const expectedMs = waits[index];
        return expectedMs === undefined ? shown : { ...shown, expectedMs };
      }),
    ];
  }

  /**
   * Waits for admission, runs the task, and gives the slot back whatever happens.
   * @param onPosition called whenever the place in the queue may have changed
   * @param task gets a signal that aborts with `signal`, and when the entry is cancelled by its id
   * @throws CancelledInQueue when either happens before admission
   */
  async run<T>(
    request: QueueRequest,
    signal: AbortSignal,
    onPosition: (position: QueuePosition) => void,
    task: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const { entry, release } = await this.enqueue(request, stop, onPosition);
      try {
        return await task(stop.signal);
      } finally {
        this.running.splice(this.running.indexOf(entry), 1);
        if (request.isLoad !== true) this.estimate.learn(request.priority, this.now() - entry.at);
        release();
        this.pump();
        this.onChange();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Takes a waiting entry out, and stops a running one. False if there is none of this id any more. */
  cancel(id: string): boolean {
    const found = [...this.waiting, ...this.running].find(({ request }) => request.id === id);
    found?.stop.abort();
    return found !== undefined;
  }

  /** Makes a waiting entry the next one. False if it does not wait any more. */
  moveUp(id: string): boolean {
    const found = this.waiting.find(({ request }) => request.id === id);
    if (found === undefined) return false;
    found.movedUp = ++this.moves;
    this.pump();
    this.onChange();
    return true;
  }

  /** Asks the waiting entries again: something changed that may let one in. */
  pump(): void {
    this.again = true;
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.again) {
        this.again = false;
        this.sort();
        this.pass();
      }
    } finally {
      this.pumping = false;
    }
    const waits = this.waits();
    this.waiting.forEach(({ onPosition }, index) => onPosition({ before: index, expectedMs: waits[index] }));
  }

  private pass(): void {
    for (const entry of [...this.waiting]) {
      const admission = ask(entry.request);
      if (admission.kind === 'wait') {
        if (admission.blocks) return;
        continue;
      }
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      if (admission.kind === 'refused') {
        entry.refuse(admission.error);
        continue;
      }
      entry.shown.state = 'running';
      entry.at = this.now();
      this.running.push(entry);
      entry.enter(admission.release);
    }
  }

  /** Sorting keeps the order of arrival where nothing else decides. */
  private sort(): void {
    const now = this.now();
    const rank = ({ request, at }: Entry): number =>
      RANK[request.priority] - Math.floor((now - at) / AGEING_MS);
    this.waiting.sort((a, b) => b.movedUp - a.movedUp || rank(a) - rank(b));
  }

  private waits(): (number | undefined)[] {
    const now = this.now();
    return this.estimate.waits(
      this.running.map(({ request, at }) => ({ priority: request.priority, ms: now - at })),
      this.waiting.map(({ request }) => request.priority),
    );
  }

  private enqueue(
    request: QueueRequest,
    stop: AbortController,
    onPosition: (position: QueuePosition) => void,
  ): Promise<{ entry: Entry; release: () => void }> {
    return new Promise((resolve, reject) => {
      const settle = () => stop.signal.removeEventListener('abort', leave);
      const entry: Entry = {
        request,
        shown: shownEntry(request),
        stop,
        at: this.now(),
        movedUp: 0,
        onPosition,
        enter: (release) => {
          settle();
          resolve({ entry, release });
        },
        refuse: (error) => {
          settle();
          reject(error);
        },
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(new CancelledInQueue());
        this.pump();
        this.onChange();
      };
      if (stop.signal.aborted) {
        reject(new CancelledInQueue());
        return;
      }
      stop.signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(entry);
      this.pump();
      this.onChange();
    });
  }
}

function shownEntry({ id, label, modelPath, priority, conversationId }: QueueRequest): QueueEntry {
  return {
    id,
    label,
    modelPath,
    priority,
    state: 'waiting',
    since: Date.now(),
    ...(conversationId === undefined ? {} : { conversationId }),
  };
}

/** One request that fails to ask must not hold up the queue. */
function ask(request: QueueRequest): Admission {
  try {
    return request.admit();
  } catch (error) {
    return { kind: 'refused', error: HearthError.from(errorInfo(error)) };
  }
}
