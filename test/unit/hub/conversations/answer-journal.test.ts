import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mock } from 'node:test';
import { AnswerJournal, journalPath, readJournal } from '../../../../src/hub/conversations/answer-journal';
import { useTempFolder } from '../../../support/temp-folder';

const rethrow = (error: unknown) => {
  throw error;
};

describe('AnswerJournal', () => {
  const at = useTempFolder();
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  /** Lets the interval pass; a flush of nothing then waits for the one that the timer began. */
  async function passed(journal: AnswerJournal): Promise<void> {
    mock.timers.tick(200);
    await journal.flush();
  }

  it('has everything that was said, flush by flush, until it is removed', async () => {
    const journal = new AnswerJournal(at('j'), rethrow);
    journal.add('thinking', '');
    assert.equal(existsSync(at('j')), false);
    await passed(journal);
    assert.deepEqual(await readJournal(at('j')), { reasoning: 'thinking', text: '' });
    journal.add(' more', 'so\nit');
    journal.add('', ' "is" \ud83d');
    await passed(journal);
    journal.add('', '\udd25');
    await passed(journal);
    assert.deepEqual(await readJournal(at('j')), { reasoning: 'thinking more', text: 'so\nit "is" 🔥' });
    journal.add('', 'unflushed');
    await journal.remove();
    mock.timers.tick(200);
    assert.equal(existsSync(at('j')), false);
  });

  it('is written by itself a few times a second', async () => {
    const written = new Promise<unknown>((resolve) => {
      mkdirSync(at('j'));
      new AnswerJournal(at('j'), resolve).add('', 'x');
    });
    mock.timers.tick(199);
    mock.timers.tick(1);
    assert.match(String(await written), /EISDIR/);
  });

  it('has no gap when the disk was full for a while', async () => {
    const errors: unknown[] = [];
    const journal = new AnswerJournal(at('j'), (error) => errors.push(error));
    journal.add('', 'one ');
    await passed(journal);
    // The write of "two" fails half way.
    const before = readFileSync(at('j'), 'utf8');
    rmSync(at('j'));
    mkdirSync(at('j'));
    journal.add('', 'two ');
    await passed(journal);
    assert.ok(errors.length > 0);
    rmSync(at('j'), { recursive: true });
    writeFileSync(at('j'), `${before}\n{"reasoning":"","te`);
    journal.add('', 'three');
    await passed(journal);
    assert.deepEqual(await readJournal(at('j')), { reasoning: '', text: 'one two three' });
  });
});

describe('readJournal', () => {
  const at = useTempFolder();

  it('leaves out a last line that was cut off, at any point', async () => {
    const first = '\n{"reasoning":"r","text":"t"}';
    const last = '\n{"reasoning":"","text":"ü"}';
    for (let length = 0; length < Buffer.byteLength(last); length += 1) {
      writeFileSync(at('j'), first);
      appendFileSync(at('j'), Buffer.from(last).subarray(0, length));
      assert.deepEqual(await readJournal(at('j')), { reasoning: 'r', text: 't' });
    }
  });

  it('is empty without a file, and skips what is no line of it', async () => {
    assert.deepEqual(await readJournal(at('missing')), { reasoning: '', text: '' });
    writeFileSync(at('j'), 'null\n5\n{"text":5}\n\n{"reasoning":"","text":"x"}\n');
    assert.deepEqual(await readJournal(at('j')), { reasoning: '', text: 'x' });
  });

  it('lies beside its conversation', () => {
    assert.equal(journalPath('/f', 'c', 'a').replaceAll('\\', '/'), '/f/c.a.journal');
  });
});
