/** What a running answer has said so far, on disk, so that it outlives the hub. */
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../storage/atomic-file';

const FLUSH_MS = 200;

interface JournalLine {
  reasoning: string;
  text: string;
}

export class AnswerJournal {
  private reasoning = '';
  private text = '';
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(reasoning: string, text: string): void {
    this.reasoning += reasoning;
    this.text += text;
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Called once the answer itself is on disk. */
  async remove(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await rm(this.path, { force: true });
  }

  /** Everything said so far is on disk when this resolves, or `onError` was told why not. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.append());
    return this.writing;
  }

  private async append(): Promise<void> {
    const line: JournalLine = { reasoning: this.reasoning, text: this.text };
    if (line.reasoning === '' && line.text === '') return;
    this.reasoning = '';
    this.text = '';
    try {
      // The line break comes first: it also ends a line that a full disk cut off.
      await appendFile(this.path, `\n${JSON.stringify(line)}`, { mode: 0o600 });
    } catch (error) {
      // Kept for the next flush, so that the journal has no gap.
      this.reasoning = line.reasoning + this.reasoning;
      this.text = line.text + this.text;
      this.onError(error);
    }
  }
}

export function journalPath(folder: string, conversationId: string, answerId: string): string {
  return join(folder, `${conversationId}.${answerId}.journal`);
}

/** Everything that was flushed; a line that was cut off is left out: it was written again, or was the last. */
export async function readJournal(path: string): Promise<JournalLine> {
  const whole: JournalLine = { reasoning: '', text: '' };
  for (const line of ((await readIfThere(path)) ?? '').split('\n')) {
    const entry = parseLine(line);
    whole.reasoning += entry?.reasoning ?? '';
    whole.text += entry?.text ?? '';
  }
  return whole;
}

function parseLine(line: string): JournalLine | undefined {
  try {
    const { reasoning, text } = JSON.parse(line) as Partial<Record<keyof JournalLine, unknown>>;
    return typeof reasoning === 'string' && typeof text === 'string' ? { reasoning, text } : undefined;
  } catch {
    return undefined; // Cut off when the disk was full or the hub died, or empty.
  }
}
