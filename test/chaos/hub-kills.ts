/** Kills the hub at chosen moments; every second time or so the power goes with it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HubSession } from '../../src/client/hub-session';
import { ListConversations } from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import { isAlive, kill, until } from '../support/hub';
import { ORPHAN_MS, outliving, type ChaosHome } from './chaos-home';
import { Crew } from './crew';
import type { Ledger } from './ledger';
import { reach, type Moment } from './moments';
import type { Random } from './random';
import type { Kill } from './report';
import { PATIENCE_MS, within } from './within';

const GONE_MS = 60_000;
/** A running answer may lose what was said this shortly before the kill; the journal is written five times a second. */
const JOURNAL_MS = 3_000;
/** File calls of the hub after which it dies in mid-write: a stored message takes about ten. */
const MOST_STEPS = 60;

export class HubKills {
  constructor(
    private readonly home: ChaosHome,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** One kill with all that follows; the crew that goes on is returned. */
  async one(crew: Crew, moment: Moment): Promise<{ kill: Kill; crew: Crew }> {
    const { home, random } = this;
    const cutsPower = random.chance(0.5);
    const wrong: string[] = [];
    const done = (recoveryMs: number | undefined, next: Crew) => ({
      kill: { target: cutsPower ? 'hub + power' : 'hub', moment, recoveryMs, wrong },
      crew: next,
    });
    let next: Crew | undefined;
    const session = cutsPower ? undefined : await this.openSession();
    try {
      const { workers, at } = await this.killAt(moment, crew);
      await this.checkOrphans(workers, wrong);
      await crew.lost();
      wrong.push(...crew.complaints());
      if (cutsPower) home.cutPower();
      const from = cutsPower ? performance.now() : at;
      if (session !== undefined) await within(isBack(session), PATIENCE_MS, 'a window is back');
      next = await within(Crew.connect(home, this.ledger, random), PATIENCE_MS, 'a hub is back');
      const recoveryMs = performance.now() - from;
      wrong.push(...(await next.witness.check(cutsPower ? undefined : at - JOURNAL_MS)));
      await next.probe();
      wrong.push(...next.complaints());
      for (const name of home.damaged()) wrong.push(`a file was set aside as damaged: ${name}`);
      return done(recoveryMs, next);
    } catch (error) {
      wrong.push(errorInfo(error).message);
      crew.dispose();
      next ??= await this.connectSomehow();
      // Also after that the ledger goes on from what this hub has.
      wrong.push(...(await next.witness.check(undefined)));
      return done(undefined, next);
    } finally {
      session?.dispose();
    }
  }

  /** What went wrong is noted; the next kill needs a hub all the same. */
  private async connectSomehow(): Promise<Crew> {
    try {
      return await Crew.connect(this.home, this.ledger, this.random);
    } catch {
      return Crew.connect(this.home, this.ledger, this.random);
    }
  }

  /** A window like any other, which must come back by itself. */
  private async openSession(): Promise<HubSession> {
    const session = this.home.session();
    session.start();
    await session.request(ListConversations, null);
    return session;
  }

  private async killAt(moment: Moment, crew: Crew): Promise<{ workers: number[]; at: number }> {
    const { home, random } = this;
    const { pid } = home.record();
    let workers = home.workersOf(pid);
    if (moment === 'write') {
      home.killIn(random.between(0, MOST_STEPS));
      await reach(moment, crew, random);
      try {
        // A short wait: what was played may have been too little, and then the kill comes from outside.
        await until(() => !isAlive(pid), 5_000, 'the hub has killed itself');
        return { workers, at: performance.now() };
      } catch {
        home.disarm();
      }
    } else {
      await reach(moment, crew, random);
    }
    // Held still, so that no worker is started between the look and the kill.
    process.kill(pid, 'SIGSTOP');
    workers = home.workersOf(pid);
    kill(pid);
    const at = performance.now();
    await until(() => !isAlive(pid), GONE_MS, 'the hub is gone');
    return { workers, at };
  }

  private async checkOrphans(workers: readonly number[], wrong: string[]): Promise<void> {
    const left = await outliving(workers);
    if (left.length > 0) wrong.push(`workers ${left.join(', ')} outlived their hub by ${ORPHAN_MS} ms`);
    left.forEach(kill);
  }
}

/** A request that meets the end of the hub is told so; a later one must be answered, without anybody's help. */
async function isBack(session: HubSession): Promise<void> {
  for (;;) {
    try {
      await session.request(ListConversations, null);
      return;
    } catch (error) {
      if (errorInfo(error).code !== 'hub-lost') throw error;
      await nextTurn();
    }
  }
}
