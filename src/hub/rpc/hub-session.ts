/** What a client may ask of the hub: every request of the protocol, wired to the part that answers it. */
import {
  CloseConversation,
  ContinueAnswer,
  ConfigureConversation,
  ConversationChanged,
  ConversationsChanged,
  CreateConversation,
  DeleteConversation,
  EditPending,
  ListConversations,
  OpenConversation,
  Regenerate,
  RenameConversation,
  SelectBranch,
  SendMessage,
  StopAnswer,
  type ConversationEvent,
  type ConversationSummary,
} from '../../shared/protocol/conversations';
import { Diagnose } from '../../shared/protocol/doctor';
import { Generate, GenerateChanged } from '../../shared/protocol/generate';
import {
  HardwareChanged,
  ReadHardware,
  SubscribeHardware,
  UnsubscribeHardware,
} from '../../shared/protocol/hardware';
import {
  AddModel,
  CancelLoad,
  KeepModel,
  ListModels,
  LoadModel,
  OfferLess,
  ReadMachine,
  ReadMemory,
  UnloadModel,
} from '../../shared/protocol/models';
import { PlanModel } from '../../shared/protocol/plan';
import { UpdateSettings } from '../../shared/protocol/settings';
import {
  CancelQueued,
  MoveUpQueued,
  StateChanged,
  StopHub,
  SubscribeState,
} from '../../shared/protocol/system';
import type { Disposable } from '../../shared/util/disposable';
import type { Event } from '../../shared/util/emitter';
import type { Conversations } from '../conversations/conversations';
import type { Doctor } from '../doctor/doctor';
import type { GenerateRun } from '../engines/generate-run';
import type { LoadModelCommand } from '../engines/load-model';
import type { MachineReader } from '../engines/machine-reader';
import type { ModelHost } from '../engines/model-host';
import type { HardwareMonitor } from '../hardware/hardware-monitor';
import type { KeepAlive } from '../lifetime/keep-alive';
import type { BundledModels } from '../models/bundled-models';
import type { ModelRegistry } from '../models/model-registry';
import type { PlanModelCommand } from '../models/plan-model';
import type { Scheduler } from '../scheduler/scheduler';
import type { StatePublisher } from '../state/state-publisher';
import type { SettingsStore } from '../storage/settings-store';
import { CONNECTION_CLOSED, type RpcSession } from './rpc-server';
import { ShownConversations } from './shown-conversations';

export interface HubParts {
  settings: SettingsStore;
  registry: ModelRegistry;
  bundled: BundledModels;
  host: ModelHost;
  loadModel: LoadModelCommand;
  machine: MachineReader;
  planModel: PlanModelCommand;
  hardware: HardwareMonitor;
  doctor: Doctor;
  generate: GenerateRun;
  conversations: Conversations;
  onConversationEvent: Event<{ conversationId: string; sequence: number; event: ConversationEvent }>;
  onConversationList: Event<ConversationSummary[]>;
  state: StatePublisher;
  scheduler: Scheduler;
  keepAlive: KeepAlive;
  /** Ends the workers; the hub itself ends after the answer is out. */
  stop: () => Promise<void>;
}

export function serveSession(session: RpcSession, parts: HubParts): void {
  serveSystem(session, parts);
  serveModels(session, parts);
  serveHardware(session, parts);
  serveConversations(session, parts);
  session.handle(Diagnose, (params) => parts.doctor.run(params));
  session.handle(Generate, async (params, signal) => {
    const hold = parts.keepAlive.hold();
    try {
      return await parts.generate.run(params, signal, (event) =>
        session.notify(GenerateChanged, { runId: params.runId, event }),
      );
    } finally {
      hold.dispose();
    }
  });
}

function serveSystem(session: RpcSession, parts: HubParts): void {
  const { state, keepAlive, settings, scheduler, bundled, stop } = parts;
  if (session.hello.kind === 'window') session.disposables.add(keepAlive.hold());
  let subscribed = false;
  session.handle(SubscribeState, () => {
    const snapshot = state.snapshot();
    if (!subscribed) {
      subscribed = true;
      session.disposables.add(state.onPatch((patch) => session.notify(StateChanged, patch)));
    }
    return snapshot;
  });
  session.handle(UpdateSettings, (patch) => settings.update(bundled.inSettings(patch)));
  session.handle(CancelQueued, ({ id }) => {
    scheduler.cancel(id);
    return null;
  });
  session.handle(MoveUpQueued, ({ id }) => {
    scheduler.moveUp(id);
    return null;
  });
  session.handle(StopHub, async () => {
    await stop();
    return null;
  });
}

function serveModels(
  session: RpcSession,
  { registry, host, loadModel, machine, settings, planModel }: HubParts,
): void {
  session.handle(ListModels, () => registry.list());
  session.handle(AddModel, ({ path }) => registry.add(path));
  session.handle(LoadModel, (params, signal) => loadModel.run(params, unlessClosed(signal)));
  session.handle(UnloadModel, async ({ path }) => {
    await host.unload(path ?? (await registry.active()));
    return null;
  });
  session.handle(KeepModel, async ({ path, keep }) => {
    const chosen = path ?? (await registry.active());
    const all = new Map(Object.entries(settings.current.keep));
    if (keep === null) all.delete(chosen);
    else all.set(chosen, keep);
    await settings.update({ keep: Object.fromEntries(all) });
    return null;
  });
  session.handle(OfferLess, async ({ path }) => host.less(path ?? (await registry.active())));
  session.handle(CancelLoad, ({ path }) => {
    host.cancelLoad(path);
    return null;
  });
  session.handle(PlanModel, (params) => planModel.run(params));
  session.handle(ReadMachine, () => machine.read(settings.current.load.gpu));
  session.handle(ReadMemory, async ({ path }) => host.memory(path ?? (await registry.active())));
}

function serveHardware(session: RpcSession, { hardware }: HubParts): void {
  let watch: Disposable | undefined;
  session.handle(ReadHardware, () => hardware.read());
  session.handle(SubscribeHardware, async () => {
    watch ??= session.disposables.add(
      hardware.watch((snapshot) => session.notify(HardwareChanged, snapshot)),
    );
    return { snapshot: await hardware.read(), history: hardware.history };
  });
  session.handle(UnsubscribeHardware, () => {
    if (watch === undefined) return null;
    session.disposables.remove(watch);
    watch.dispose();
    watch = undefined;
    return null;
  });
}

function serveConversations(session: RpcSession, parts: HubParts): void {
  const { conversations } = parts;
  const shown = session.disposables.add(new ShownConversations(conversations));
  session.disposables.add(
    parts.onConversationEvent((change) => {
      if (!shown.has(change.conversationId)) return;
      session.notify(ConversationChanged, change);
      if (change.event.type === 'deleted') shown.close(change.conversationId);
    }),
  );
  session.disposables.add(
    parts.onConversationList((summaries) => session.notify(ConversationsChanged, summaries)),
  );
  session.handle(ListConversations, () => conversations.list());
  session.handle(CreateConversation, ({ settings }) => conversations.create(settings));
  session.handle(DeleteConversation, ({ id }) => done(conversations.remove(id)));
  session.handle(RenameConversation, ({ id, title }) => done(conversations.rename(id, title)));
  session.handle(OpenConversation, ({ id }) => shown.open(id));
  session.handle(CloseConversation, ({ id }) => {
    shown.close(id);
    return null;
  });
  session.handle(SendMessage, ({ conversationId, parentId, content }) =>
    conversations.send(conversationId, parentId, content),
  );
  session.handle(Regenerate, async ({ conversationId, answerId }) => ({
    answerId: await conversations.regenerate(conversationId, answerId),
  }));
  session.handle(ContinueAnswer, ({ conversationId, answerId }) =>
    done(conversations.continueAnswer(conversationId, answerId)),
  );
  session.handle(StopAnswer, ({ conversationId, answerId }) =>
    done(conversations.stop(conversationId, answerId)),
  );
  session.handle(SelectBranch, ({ conversationId, messageId }) =>
    done(conversations.select(conversationId, messageId)),
  );
  session.handle(ConfigureConversation, ({ conversationId, settings }) =>
    done(conversations.configure(conversationId, settings)),
  );
  session.handle(EditPending, ({ conversationId, pendingId, content }) =>
    done(conversations.editPending(conversationId, pendingId, content)),
  );
}

/** The model is not the window's: a load goes on when the window that asked for it is closed or reloaded. */
function unlessClosed(signal: AbortSignal): AbortSignal {
  const asked = new AbortController();
  signal.addEventListener(
    'abort',
    () => {
      if (signal.reason !== CONNECTION_CLOSED) asked.abort();
    },
    { once: true },
  );
  return asked.signal;
}

/** JSON-RPC has no "nothing": a request that only acts is answered with null. */
async function done(action: Promise<void>): Promise<null> {
  await action;
  return null;
}
