/** Brings a session to the moment at which something is killed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Crew } from './crew';
import type { Random } from './random';
import { PATIENCE_MS, within } from './within';

export const MOMENTS = ['idle', 'prefill', 'decode', 'load', 'write'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Resolves when it is time; what was begun goes on in the crew. For `write` that is right after it was begun. */
export async function reach(moment: Moment, crew: Crew, random: Random): Promise<void> {
  switch (moment) {
    case 'idle':
      crew.play(3);
      return crew.quiet();
    case 'prefill':
    case 'decode':
      await within(answering(moment, crew, random), PATIENCE_MS, `the session reached ${moment}`);
      return;
    case 'load': {
      await crew.quiet();
      crew.begin(random.chance(0.5) ? crew.first.switchModel() : crew.first.reload());
      const loading = crew.witness.until(({ models }) =>
        models.some(({ status }) => status.kind === 'loading'),
      );
      await within(loading, PATIENCE_MS, 'the session reached load');
      // A random moment within the load is what is wanted.
      await delay(random.between(0, 500));
      return;
    }
    case 'write':
      crew.play(30);
      await delay(random.between(0, 200));
  }
}

async function answering(moment: 'prefill' | 'decode', crew: Crew, random: Random): Promise<void> {
  await crew.quiet();
  const known = await crew.first.createApart(400);
  if (known === undefined) throw new Error(`no conversation: ${crew.first.lastError?.message ?? ''}`);
  let left = moment === 'decode' ? random.between(1, 40) : random.between(1, 3);
  const seen = crew.event(known.id, (event) => {
    if (event.type === 'finished') return true;
    const counts =
      moment === 'decode'
        ? event.type === 'delta'
        : event.type === 'delta' || (event.type === 'progress' && event.progress.phase === 'prefill');
    if (counts) left -= 1;
    return left <= 0;
  });
  crew.begin(moment === 'decode' ? crew.first.send(known) : crew.first.sendLong(known));
  crew.play(3, crew.actors.slice(1));
  await seen;
}
