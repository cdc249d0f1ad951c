/** What the panel has been told, put together. */
import type { HardwareSample, HardwareSnapshot } from '../../src/shared/protocol/hardware';
import type {
  FromHardwareView,
  HardwareViewState,
  ShownPlan,
  ToHardwareView,
} from '../../src/shared/protocol/hardware-view';
import type { Line } from '../messaging';

/** As many as the hub keeps. */
const MOST_SAMPLES = 300;

export interface HardwareState {
  /** Undefined until the extension has said something. */
  view: HardwareViewState | undefined;
  snapshot: HardwareSnapshot | undefined;
  /** Oldest first. */
  history: readonly HardwareSample[];
  plan: ShownPlan | null;
  /** Counts how often a plan was to be brought into sight. */
  reveals: number;
}

export function reduceHardware(state: HardwareState, message: ToHardwareView): HardwareState {
  switch (message.type) {
    case 'state':
      return { ...state, view: message.state };
    case 'hardware':
      return { ...state, snapshot: message.snapshot, history: [...message.history, message.snapshot.sample] };
    case 'sample':
      return {
        ...state,
        snapshot: message.snapshot,
        history: [...state.history, message.snapshot.sample].slice(-MOST_SAMPLES),
      };
    case 'plan':
      return { ...state, plan: message.plan, reveals: state.reveals + (message.reveal ? 1 : 0) };
  }
}

export class HardwareStore {
  private current: HardwareState = {
    view: undefined,
    snapshot: undefined,
    history: [],
    plan: null,
    reveals: 0,
  };
  private readonly listeners = new Set<(state: HardwareState) => void>();

  constructor(private readonly line: Line<FromHardwareView, ToHardwareView>) {
    line.onMessage((message) => {
      this.current = reduceHardware(this.current, message);
      for (const listener of [...this.listeners]) listener(this.current);
    });
    line.post({ type: 'ready' });
  }

  get state(): HardwareState {
    return this.current;
  }

  readonly post = (message: FromHardwareView): void => this.line.post(message);

  subscribe(listener: (state: HardwareState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
