/** Between the hardware panel and the hub. The hub is asked to look only while the panel is in sight. */
import { isAbsolute } from 'node:path';
import { errorInfo } from '../../shared/protocol/errors';
import {
  HardwareChanged,
  ReadHardware,
  SubscribeHardware,
  UnsubscribeHardware,
  type HardwareSnapshot,
} from '../../shared/protocol/hardware';
import type {
  FromHardwareView,
  HardwareCommand,
  PlanOutcome,
  PlanQuestion,
  ShownPlan,
  ToHardwareView,
} from '../../shared/protocol/hardware-view';
import { PlanModel, type PlanMachine, type PlanResult } from '../../shared/protocol/plan';
import { disposable, DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { LoadChanges } from '../models/use-model';
import { parseFromHardwareView } from './hardware-messages';
import { lookedAtMachine, otherMachine, plannedMachine } from './planned-machine';
import { plannedSettings, wishesOf } from './planned-settings';
import { quantizationsOf } from './quantizations';

interface Deps {
  hub: Hub;
  store: HubStore;
  runCommand: (command: HardwareCommand) => void;
  loadAsPlanned: (model: { path: string; name: string }, settings: LoadChanges) => void;
  logError: (doing: string, error: unknown) => void;
}

/** What the user chose to plan: a file, a known name, an address that may be asked, or plain numbers. */
export interface PlannedModel extends Pick<PlanQuestion, 'model' | 'numbers' | 'allowNetwork'> {
  name: string;
}

export class HardwareController implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private post: ((message: ToHardwareView) => void) | undefined;
  /** The view has said that it listens. */
  private isReady = false;
  private isVisible = false;
  private isWatching = false;
  private snapshot: HardwareSnapshot | undefined;
  private plan: ShownPlan | null = null;
  private plans = 0;
  /** The plan has been asked for, and the view has not been told. */
  private reveal = false;

  constructor(private readonly deps: Deps) {
    const { hub, store } = deps;
    this.subscriptions.add(store.onDidChange(() => this.postState()));
    this.subscriptions.add(
      hub.onDidChange(() => {
        // A new connection knows of no subscription.
        this.isWatching = false;
        this.follow();
      }),
    );
    this.subscriptions.add(
      hub.on(HardwareChanged, (snapshot) => {
        if (!this.isWatching) return;
        this.snapshot = snapshot;
        this.post?.({ type: 'sample', snapshot });
      }),
    );
  }

  /** Takes a view, which says `ready` when it can listen; it is gone when the returned object is disposed. */
  connectView(post: (message: ToHardwareView) => void): Disposable {
    this.post = post;
    this.isReady = false;
    return disposable(() => {
      if (this.post !== post) return;
      this.post = undefined;
      this.isReady = false;
      this.follow();
    });
  }

  /** VS Code throws a hidden view away; one that is back says `ready` anew. */
  setVisible(visible: boolean): void {
    if (visible === this.isVisible) return;
    this.isVisible = visible;
    this.tellAll();
  }

  /** Takes any message of the view; what is no message is logged and dropped. */
  async receive(value: unknown): Promise<void> {
    const message = parseFromHardwareView(value);
    if (message === undefined) {
      this.deps.logError(
        'Reading a message of the hardware panel',
        new Error('It is not one that Hearth knows.'),
      );
      return;
    }
    await this.handle(message);
  }

  /** Plans a model that the user chose, on this machine and as the settings say, and shows it in the panel. */
  async planModel({ name, ...chosen }: PlannedModel): Promise<void> {
    const load = this.deps.store.state?.settings.load;
    this.plans += 1;
    this.reveal = true;
    await this.answer({
      id: this.plans,
      name,
      quantizations: chosen.numbers === undefined ? quantizationsOf(chosen.model) : [],
      isFile: isAbsolute(chosen.model),
      question: { ...chosen, machine: { kind: 'this' }, wishes: load === undefined ? {} : wishesOf(load) },
      outcome: { kind: 'planning' },
    });
  }

  /** This machine, as far as that is known without starting anything. */
  async machineAtHand(): Promise<PlanMachine | undefined> {
    const { hub, store, logError } = this.deps;
    const { state } = store;
    // With a model in memory, its process and the system tell; without one, a process would be started to look.
    const isCheap = state?.models.some(({ loaded }) => loaded !== undefined) === true;
    const watched = this.isWatching ? this.snapshot : undefined;
    try {
      const snapshot = watched ?? (isCheap ? await hub.request(ReadHardware, null) : this.snapshot);
      return snapshot && lookedAtMachine(snapshot, state?.settings.load.gpu !== 'cpu');
    } catch (error) {
      logError('Looking at the machine', error);
      return undefined;
    }
  }

  dispose(): void {
    this.post = undefined;
    this.isReady = false;
    this.follow();
    this.subscriptions.dispose();
  }

  private async handle(message: FromHardwareView): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        // Whoever opens the panel wants a hub; does nothing unless Hearth has given up.
        this.deps.hub.retry();
        this.isWatching = false;
        this.tellAll();
        return;
      case 'plan':
        // The answer of before stays in sight until there is a new one.
        if (this.plan !== null)
          await this.answer({ ...this.plan, question: asked(this.plan.question, message.question) });
        return;
      case 'loadPlan':
        this.loadAsPlanned();
        return;
      case 'closePlan':
        this.plan = null;
        this.postPlan();
        return;
      case 'command':
        this.deps.runCommand(message.command);
        return;
    }
  }

  /** Only what was planned for this machine: what does not fit is not tried. */
  private loadAsPlanned(): void {
    const load = this.deps.store.state?.settings.load;
    if (this.plan === null || load === undefined) return;
    const { isFile, name, question, outcome } = this.plan;
    if (!isFile || question.machine.kind !== 'this' || outcome.kind !== 'planned') return;
    if (!outcome.result.plan.loadable) return;
    const changes = plannedSettings(question.wishes, outcome.result, load);
    this.deps.loadAsPlanned({ path: question.model, name }, changes);
  }

  private async answer(shown: ShownPlan): Promise<void> {
    this.plan = shown;
    this.postPlan();
    const { outcome, machine } = await this.outcome(shown.question);
    // A later question has its own answer.
    if (this.plan !== shown) return;
    const computed: ShownPlan = { ...shown, outcome };
    this.plan = computed;
    this.postPlan();
    if (!shown.isFile || shown.question.machine.kind !== 'this' || outcome.kind !== 'planned') return;
    // The engine's own figures take a moment longer.
    const simulated = await this.simulated(shown.question, machine);
    if (simulated === undefined || this.plan !== computed) return;
    this.plan = { ...computed, outcome: { kind: 'planned', result: simulated } };
    this.postPlan();
  }

  private async simulated(
    question: PlanQuestion,
    machine: Partial<PlanMachine>,
  ): Promise<PlanResult | undefined> {
    try {
      return await this.deps.hub.request(PlanModel, { ...question, machine, dryRun: true });
    } catch (error) {
      this.deps.logError('Asking the engine what a load would take', error);
      return undefined;
    }
  }

  /** With the machine that was asked about. */
  private async outcome({
    machine: choice,
    ...question
  }: PlanQuestion): Promise<{ outcome: PlanOutcome; machine: Partial<PlanMachine> }> {
    let machine: Partial<PlanMachine> = {};
    const ask = (on: Partial<PlanMachine>): Promise<PlanResult> =>
      this.deps.hub.request(PlanModel, { ...question, machine: on });
    try {
      const { hub, store } = this.deps;
      // Not in sight, the panel's last look may be old.
      const watched = this.isWatching ? this.snapshot : undefined;
      const snapshot = watched ?? (await hub.request(ReadHardware, null));
      machine = plannedMachine(choice, snapshot, store.state?.settings.load.gpu !== 'cpu');
      const other = choice.kind === 'typed' ? otherMachine(machine) : undefined;
      const result = await ask(machine);
      const vramBytes = other?.gpus?.[0]?.vramBytes;
      if (other === undefined || vramBytes === undefined)
        return { outcome: { kind: 'planned', result }, machine };
      const otherReading = { vramBytes, result: await ask(other) };
      return { outcome: { kind: 'planned', result, otherReading }, machine };
    } catch (error) {
      return { outcome: { kind: 'failed', error: errorInfo(error) }, machine };
    }
  }

  /** Watches exactly while somebody sees it. */
  private follow(): void {
    const { hub, logError } = this.deps;
    const isConnected = hub.state.kind === 'connected';
    const wanted = this.isSeen && isConnected;
    if (wanted === this.isWatching) return;
    this.isWatching = wanted;
    if (wanted) {
      this.subscribe().catch((error: unknown) => logError('Watching the hardware', error));
    } else if (isConnected) {
      hub
        .request(UnsubscribeHardware, null)
        .catch((error: unknown) => logError('Leaving the hardware', error));
    }
  }

  private async subscribe(): Promise<void> {
    const { snapshot, history } = await this.deps.hub.request(SubscribeHardware, null);
    if (!this.isWatching) return;
    this.snapshot = snapshot;
    this.post?.({ type: 'hardware', snapshot, history });
  }

  private get isSeen(): boolean {
    return this.isReady && this.isVisible;
  }

  private tellAll(): void {
    this.postState();
    this.postPlan();
    this.follow();
  }

  private postState(): void {
    if (!this.isSeen) return;
    const { status } = this.deps.store;
    this.post?.({
      type: 'state',
      state: {
        hub: status.kind === 'connected' ? { kind: 'connected' } : status,
        models: status.kind === 'connected' ? status.state.models : [],
        queue: status.kind === 'connected' ? status.state.queue : [],
      },
    });
  }

  private postPlan(): void {
    if (!this.isSeen) return;
    this.post?.({ type: 'plan', plan: this.plan, reveal: this.reveal });
    this.reveal = false;
  }
}

/** What the view may change. Which model it is about, and whether its address may be asked, it may not. */
function asked(
  shown: PlanQuestion,
  { machine, wishes, quantization, beside, draft }: PlanQuestion,
): PlanQuestion {
  const { model, numbers, allowNetwork } = shown;
  return {
    model,
    machine,
    wishes,
    ...(quantization !== undefined && { quantization }),
    ...(beside !== undefined && { beside }),
    ...(draft !== undefined && { draft }),
    ...(numbers !== undefined && { numbers }),
    ...(allowNetwork !== undefined && { allowNetwork }),
  };
}
