/** Kills the worker at chosen moments; the hub and its clients stay. */
import { errorInfo } from '../../src/shared/protocol/errors';
import { isAlive, kill, until } from '../support/hub';
import type { ChaosHome } from './chaos-home';
import type { Crew } from './crew';
import { reach, type Moment } from './moments';
import type { Random } from './random';
import type { Kill } from './report';

const NOTICED_MS = 60_000;

export class WorkerKills {
  constructor(
    private readonly home: ChaosHome,
    private readonly random: Random,
  ) {}

  async one(crew: Crew, moment: Moment): Promise<Kill> {
    const wrong: string[] = [];
    let recoveryMs: number | undefined;
    try {
      const { pid: hub } = this.home.record();
      await reach(moment, crew, this.random);
      const [worker] = this.home.workersOf(hub);
      if (worker === undefined) throw new Error('there is no worker to kill');
      const broken = crew.ledger.alive.flatMap(({ running }) => running);
      kill(worker);
      const at = performance.now();
      await until(() => !isAlive(worker), NOTICED_MS, 'the worker is gone');
      await until(() => !this.home.record().workers.includes(worker), NOTICED_MS, 'the hub has noticed');
      recoveryMs = (await crew.probe()) - at;
      await crew.quiet();
      wrong.push(...(await crew.witness.check(0)));
      for (const { id, end } of broken) {
        if (end === undefined) wrong.push(`the answer ${id} was running and never ended`);
        else if (end.error !== undefined && end.error.code !== 'worker-ended')
          wrong.push(`the answer ${id} failed for another reason: ${end.error.message}`);
      }
      if (this.home.record().pid !== hub) wrong.push('the hub ended with its worker');
    } catch (error) {
      wrong.push(errorInfo(error).message);
    }
    wrong.push(...crew.complaints());
    return { target: 'worker', moment, recoveryMs, wrong };
  }
}
