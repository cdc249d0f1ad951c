/** Kills the hub at chosen moments; every second time or so the power goes with it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HubSession } from '../../src/client/hub-session';
import { ListConversations } from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import type { ModelStatus } from '../../src/shared/protocol/models';
import type { HubState } from '../../src/shared/protocol/system';
import { isAlive, kill, until } from '../support/hub';
import { ORPHAN_MS, outliving, type ChaosHome } from './chaos-home';
import { Crew } from './crew';
import type { Ledger } from './ledger';
import { reach, type Moment } from './moments';
import type { Random } from './random';
import type { Kill } from './report';
import { PATIENCE_MS, within } from './within';
import type { Witness } from './witness';

const GONE_MS = 60_000;
/** A running answer may lose what was said this shortly before the kill; the journal is written five times a second. */
const JOURNAL_MS = 3_000;
/** At these, nobody changes what is in memory; at the others, only the hub's record says what it was. */
const SETTLED: readonly Moment[] = ['idle', 'prefill', 'decode'];
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
      // After a power cut it is another boot, and the memory is empty.
      const models = cutsPower ? [] : this.modelsOf(crew, moment);
      if (cutsPower) home.cutPower();
      const from = cutsPower ? performance.now() : at;
      if (session !== undefined) await within(isBack(session), PATIENCE_MS, 'a window is back');
      next = await within(Crew.connect(home, this.ledger, random), PATIENCE_MS, 'a hub is back');
      const recoveryMs = performance.now() - from;
      wrong.push(...(await next.witness.check(cutsPower ? undefined : at - JOURNAL_MS)));
      await this.checkModels(models, next.witness, wrong);
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

  /** The models that the next hub has to load again by itself. */
  private modelsOf(crew: Crew, moment: Moment): string[] {
    const { models } = this.home.record();
    const seen = SETTLED.includes(moment) ? (crew.witness.state?.models ?? []) : [];
    const ready = seen.flatMap(({ path, status }) => (status.kind === 'ready' ? [path] : []));
    return [...new Set([...models, ...ready])];
  }

  /** Before anybody asks for it: what was in memory is on its way there from the start of the hub, and gets ready. */
  private async checkModels(models: readonly string[], witness: Witness, wrong: string[]): Promise<void> {
    if (models.length === 0) return;
    // One fits at a time.
    const status = (state: HubState) => state.models.find(({ path }) => models.includes(path))?.status;
    let found: ModelStatus | undefined;
    const settled = witness.until((state) => (found = status(state))?.kind !== 'loading');
    await within(settled, PATIENCE_MS, 'the model that was in memory is loaded again');
    if (found?.kind === 'ready') return;
    const how = found?.kind === 'failed' ? `it failed: ${found.error.message}` : 'nobody loaded it';
    wrong.push(`${models.join(', ')} was in memory and did not get ready again by itself: ${how}`);
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
