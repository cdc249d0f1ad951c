/** The one queue for the GPU: who is answered next, over all windows and clients. */
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import type { Priority, QueueEntry } from '../../shared/protocol/system';

const RANK: Record<Priority, number> = { chat: 0, inline: 1, completion: 2, background: 3 };

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
  /** Called in the queue's order, again after every change, until it admits or refuses. */
  admit: () => Admission;
}

interface Entry {
  request: QueueRequest;
  entry: QueueEntry;
  signal: AbortSignal;
  enter: (release: () => void) => void;
  refuse: (error: HearthError) => void;
  onPosition: (position: number) => void;
}

export class Scheduler {
  private readonly waiting: Entry[] = [];
  private readonly running: QueueEntry[] = [];
  private pumping = false;
  private again = false;

  constructor(private readonly onChange: () => void) {}

  /** Running entries first, then the waiting ones in the order in which they will be served. */
  get entries(): QueueEntry[] {
    return [...this.running, ...this.waiting.map(({ entry }) => entry)];
  }

  /**
   * Waits for admission, runs the task, and gives the slot back whatever happens.
   * @param onPosition called with the number of entries that wait before this one, whenever it may have changed
   * @throws HearthError `cancelled` when `signal` aborts before admission
   */
  async run<T>(
    request: QueueRequest,
    signal: AbortSignal,
    onPosition: (position: number) => void,
    task: () => Promise<T>,
  ): Promise<T> {
    const entry: QueueEntry = {
      id: request.id,
      label: request.label,
      modelPath: request.modelPath,
      priority: request.priority,
      state: 'waiting',
      since: Date.now(),
      ...(request.conversationId === undefined ? {} : { conversationId: request.conversationId }),
    };
    const release = await this.enqueue(request, entry, signal, onPosition);
    try {
      return await task();
    } finally {
      this.running.splice(this.running.indexOf(entry), 1);
      release();
      this.pump();
      this.onChange();
    }
  }

  /** Asks the waiting entries again: something changed that may let one in. */
  pump(): void {
    this.again = true;
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.again) {
        this.again = false;
        this.pass();
      }
    } finally {
      this.pumping = false;
    }
    this.waiting.forEach((entry, index) => entry.onPosition(index));
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
      entry.entry.state = 'running';
      this.running.push(entry.entry);
      entry.enter(admission.release);
    }
  }

  private enqueue(
    request: QueueRequest,
    entry: QueueEntry,
    signal: AbortSignal,
    onPosition: (position: number) => void,
  ): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(item), 1);
        reject(cancelled());
        this.pump();
        this.onChange();
      };
      const settle = () => signal.removeEventListener('abort', leave);
      const item: Entry = {
        request,
        entry,
        signal,
        onPosition,
        enter: (release) => {
          settle();
          resolve(release);
        },
        refuse: (error) => {
          settle();
          reject(error);
        },
      };
      if (signal.aborted) {
        reject(cancelled());
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      const rank = RANK[request.priority];
      const before = this.waiting.findIndex(({ request: other }) => RANK[other.priority] > rank);
      this.waiting.splice(before === -1 ? this.waiting.length : before, 0, item);
      this.pump();
      this.onChange();
    });
  }
}

/** One request that fails to ask must not hold up the queue. */
function ask(request: QueueRequest): Admission {
  try {
    return request.admit();
  } catch (error) {
    return { kind: 'refused', error: HearthError.from(errorInfo(error)) };
  }
}

function cancelled(): HearthError {
  return new HearthError('cancelled', 'It was cancelled while it waited.', 'Nothing was sent to the model.');
}
