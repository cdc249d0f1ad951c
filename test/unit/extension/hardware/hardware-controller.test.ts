import assert from 'node:assert/strict';
import { HubStore } from '../../../../src/extension/connection/hub-store';
import { HardwareController } from '../../../../src/extension/hardware/hardware-controller';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import { HearthError } from '../../../../src/shared/protocol/errors';
import {
  HardwareChanged,
  ReadHardware,
  SubscribeHardware,
  UnsubscribeHardware,
} from '../../../../src/shared/protocol/hardware';
import type { HardwareCommand, ToHardwareView } from '../../../../src/shared/protocol/hardware-view';
import { PlanModel, type PlanParams, type PlanResult } from '../../../../src/shared/protocol/plan';
import { StateChanged, SubscribeState } from '../../../../src/shared/protocol/system';
import { FakeHub } from '../../../support/fake-hub';
import { hardwareSnapshot, machineOf, planResult, resident } from '../../../support/hardware-samples';

const snapshot = hardwareSnapshot([['other', 2]], [['other', 18]]);
const settle = () => new Promise(setImmediate);

describe('HardwareController', () => {
  let hub: FakeHub;
  let store: HubStore;
  let controller: HardwareController;
  let posted: ToHardwareView[];
  let commands: HardwareCommand[];
  let errors: unknown[];
  let loads: unknown[];

  beforeEach(async () => {
    [posted, commands, errors, loads] = [[], [], [], []];
    hub = new FakeHub();
    hub.answer(SubscribeState, () => ({
      sequence: 0,
      state: { models: [], queue: [], settings: DEFAULT_SETTINGS },
    }));
    hub.answer(SubscribeHardware, () => ({ snapshot, history: [] }));
    hub.answer(UnsubscribeHardware, () => null);
    store = new HubStore(hub);
    controller = new HardwareController({
      hub,
      store,
      runCommand: (command) => commands.push(command),
      loadAsPlanned: (model, settings) => loads.push({ ...model, settings }),
      logError: (_doing, error) => errors.push(error),
    });
    hub.connect();
    await settle();
  });
  afterEach(() => {
    controller.dispose();
    store.dispose();
  });

  const open = async () => {
    const view = controller.connectView((message) => posted.push(message));
    controller.setVisible(true);
    await controller.receive({ type: 'ready' });
    await settle();
    return view;
  };
  const asked = (type: { method: string }) => hub.requests.filter(({ method }) => method === type.method);
  const lastPlan = () => posted.findLast((message) => message.type === 'plan')?.plan;

  it('asks the hub for nothing before the panel is there', () => {
    assert.equal(asked(SubscribeHardware).length, 0);
  });

  it('tells the panel the models, the machine, and every change', async () => {
    await open();
    hub.notify(HardwareChanged, snapshot);
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['state', 'plan', 'hardware', 'sample'],
    );
  });

  it('watches only while the panel is in sight', async () => {
    const view = await open();
    controller.setVisible(false);
    await settle();
    assert.deepEqual([asked(SubscribeHardware).length, asked(UnsubscribeHardware).length], [1, 1]);
    posted = [];
    hub.notify(HardwareChanged, snapshot);
    assert.deepEqual(posted, []);
    controller.setVisible(true);
    await controller.receive({ type: 'ready' });
    await settle();
    view.dispose();
    await settle();
    assert.equal(asked(UnsubscribeHardware).length, 2);
    assert.deepEqual(errors, []);
  });

  it('watches again when the hub has come back', async () => {
    await open();
    hub.disconnect();
    hub.connect();
    await settle();
    assert.equal(asked(SubscribeHardware).length, 2);
    assert.equal(asked(UnsubscribeHardware).length, 0, 'The old hub is gone.');
  });

  it('plans for this machine with what other programs leave, and anew for another one', async () => {
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9)));
    await open();
    await controller.planModel({ model: 'gpt-oss-120b', name: 'gpt-oss-120b' });
    assert.deepEqual(asked(PlanModel)[0]?.params, {
      model: 'gpt-oss-120b',
      machine: {
        gpus: [
          {
            name: 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
            vramBytes: 95.6 * 2 ** 30,
            usedBytes: 2 * 2 ** 30,
          },
        ],
        ramBytes: 122.9 * 2 ** 30,
        ramUsedBytes: 18 * 2 ** 30,
        isHere: true,
      },
      wishes: {},
    });
    assert.equal(lastPlan()?.outcome.kind, 'planned');
    await controller.receive({
      type: 'plan',
      question: {
        model: 'gpt-oss-120b',
        machine: { kind: 'typed', vram: '98 GB', ram: '132 GB' },
        wishes: { context: 65_536 },
      },
    });
    const [, typed, other] = asked(PlanModel).map(({ params }) => params as { machine: object });
    assert.deepEqual(typed?.machine, machineOf(98e9, 132e9));
    assert.ok(other !== undefined, 'A size that can be read in two ways is planned for both.');
    const outcome = lastPlan()?.outcome;
    assert.ok(outcome?.kind === 'planned' && (outcome.otherReading?.vramBytes ?? 0) > 98e9);
  });

  it('looks at the machine once, where the panel is not in sight, and leaves out a GPU that is not used', async () => {
    hub.answer(ReadHardware, () => snapshot);
    hub.answer(PlanModel, () => planResult(machineOf(0, 132e9)));
    hub.notify(StateChanged, {
      sequence: 1,
      patch: { settings: { ...DEFAULT_SETTINGS, load: { ...DEFAULT_SETTINGS.load, gpu: 'cpu' } } },
    });
    await controller.planModel({ model: 'a', name: 'a' });
    assert.equal(asked(ReadHardware).length, 1);
    assert.deepEqual((asked(PlanModel)[0]?.params as { machine: object }).machine, {
      ramBytes: 122.9 * 2 ** 30,
      ramUsedBytes: 18 * 2 ** 30,
      isHere: true,
    });
  });

  it('begins with the settings, and keeps them when it is loaded so', async () => {
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9)));
    const load = { ...DEFAULT_SETTINGS.load, batchSize: 2_048, kvCacheType: 'q8_0' as const };
    hub.notify(StateChanged, { sequence: 1, patch: { settings: { ...DEFAULT_SETTINGS, load } } });
    await open();
    await controller.planModel({ model: '/a.gguf', name: 'a' });
    const begun = asked(PlanModel)[0]?.params as PlanParams;
    assert.deepEqual(begun.wishes, { batch: 2_048, kvType: 'q8_0' });
    const wishes = { ...begun.wishes, sequences: 2 };
    await controller.receive({
      type: 'plan',
      question: { model: '/a.gguf', machine: { kind: 'this' }, wishes },
    });
    await controller.receive({ type: 'loadPlan' });
    assert.deepEqual(loads, [{ path: '/a.gguf', name: 'a', settings: { sequences: 2 } }]);
  });

  it('keeps what was agreed to, and to which model, whatever the panel asks', async () => {
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9)));
    await open();
    const address = 'hf:a/b/c.gguf';
    await controller.planModel({ model: address, name: 'c', allowNetwork: true });
    const question = { machine: { kind: 'this' }, wishes: { context: 4_096 }, beside: ['qwen3-8b'] };
    await controller.receive({ type: 'plan', question: { ...question, model: 'https://elsewhere/d.gguf' } });
    const whatIf = asked(PlanModel)[1]?.params as PlanParams;
    assert.deepEqual([whatIf.model, whatIf.allowNetwork, whatIf.beside], [address, true, ['qwen3-8b']]);
    // The panel cannot agree by itself.
    await controller.planModel({ model: 'https://elsewhere/d.gguf', name: 'd' });
    await controller.receive({ type: 'plan', question: { ...question, model: 'd', allowNetwork: true } });
    for (const { params } of asked(PlanModel).slice(2))
      assert.equal((params as PlanParams).allowNetwork, undefined);
  });

  it('plans plain numbers, and another quantization', async () => {
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9)));
    await open();
    const numbers = { parameters: 120e9, bitsPerWeight: 4.25 };
    await controller.planModel({ model: '120B', name: '120B', numbers });
    const question = { model: '120B', machine: { kind: 'this' }, wishes: {} };
    await controller.receive({ type: 'plan', question });
    assert.deepEqual(asked(PlanModel).map(({ params }) => (params as PlanParams).numbers), [numbers, numbers]); // prettier-ignore
    await controller.planModel({ model: 'qwen3-8b', name: 'qwen3-8b' });
    assert.ok(lastPlan()?.quantizations.includes('Q6_K'));
    await controller.receive({ type: 'plan', question: { ...question, quantization: 'Q6_K' } });
    const last = asked(PlanModel).at(-1)?.params as PlanParams;
    assert.deepEqual([last.model, last.quantization, last.numbers], ['qwen3-8b', 'Q6_K', undefined]);
  });

  it('knows the machine without starting anything', async () => {
    hub.answer(ReadHardware, () => snapshot);
    assert.equal(await controller.machineAtHand(), undefined);
    assert.equal(asked(ReadHardware).length, 0, 'Without a model in memory, a look may start a process.');
    hub.notify(StateChanged, { sequence: 1, patch: { models: [resident('a')] } });
    assert.equal((await controller.machineAtHand())?.ramUsedBytes, 18 * 2 ** 30);
    hub.answer(ReadHardware, () => {
      throw new HearthError('internal', 'No.', '');
    });
    assert.equal(await controller.machineAtHand(), undefined);
    assert.equal(errors.length, 1);
    await open();
    assert.equal((await controller.machineAtHand())?.gpus.length, 1);
    assert.equal(asked(ReadHardware).length, 2, 'What the panel sees is known.');
  });

  it('says what is wrong with a plan, in the panel', async () => {
    hub.answer(PlanModel, () => {
      throw new HearthError('model-not-found', 'There is no file.', 'Choose one.');
    });
    await open();
    await controller.planModel({ model: '/a.gguf', name: 'a' });
    await controller.receive({
      type: 'plan',
      question: { model: '/a.gguf', machine: { kind: 'typed', vram: 'lots', ram: '1 GB' }, wishes: {} },
    });
    const failures = posted.flatMap((message) =>
      message.type === 'plan' && message.plan?.outcome.kind === 'failed'
        ? [message.plan.outcome.error.message]
        : [],
    );
    assert.deepEqual(failures, ['There is no file.', 'There is no file.', '"lots" is no size.']);
  });

  it('shows the answer to the last question only', async () => {
    const waiting: ((result: PlanResult) => void)[] = [];
    hub.answer(PlanModel, () => new Promise<PlanResult>((resolve) => waiting.push(resolve)));
    await open();
    const first = controller.planModel({ model: 'a', name: 'a' });
    const second = controller.planModel({ model: 'b', name: 'b' });
    await settle();
    waiting[1]?.(planResult(machineOf(98e9, 132e9)));
    await second;
    waiting[0]?.(planResult(machineOf(0, 8e9)));
    await first;
    const shown = lastPlan();
    assert.equal(shown?.name, 'b');
    assert.ok(shown.outcome.kind === 'planned' && shown.outcome.result.plan.verdict === 'fits');
  });

  it('asks the engine about a file here too, and shows its figures when they come', async () => {
    const simulated = planResult(machineOf(98e9, 132e9), { context: 65_536 });
    const isDry = ({ params }: { params: unknown }) => (params as PlanParams).dryRun === true;
    const bases = () => posted.flatMap((message) => message.type === 'plan' && message.plan?.outcome.kind === 'planned' ? [message.plan.outcome.result.plan.context] : []); // prettier-ignore
    let answer: (params: PlanParams) => PlanResult | Promise<PlanResult> = ({ dryRun }) =>
      dryRun === true ? simulated : planResult(machineOf(98e9, 132e9), { context: 8_192 });
    hub.answer(PlanModel, (params) => answer(params));
    await open();
    await controller.planModel({ model: '/a.gguf', name: 'a' });
    assert.deepEqual(bases(), [8_192, 65_536]);
    const [first, second] = asked(PlanModel).map(({ params }) => params as PlanParams);
    assert.deepEqual(second, { ...first, dryRun: true });
    await controller.planModel({ model: 'qwen3-8b', name: 'known' });
    await controller.receive({ type: 'plan', question: { model: '', machine: { kind: 'typed', vram: '8 GiB', ram: '8 GiB' }, wishes: {} } }); // prettier-ignore
    assert.equal(asked(PlanModel).filter(isDry).length, 1, 'What is no file here is not tried.');
    answer = ({ dryRun }) => {
      if (dryRun === true) throw new HearthError('internal', 'No.', '');
      return simulated;
    };
    await controller.planModel({ model: '/b.gguf', name: 'b' });
    assert.equal(lastPlan()?.outcome.kind, 'planned');
    assert.equal(errors.length, 1);
  });

  it('shows no dry run of an earlier question', async () => {
    let late: (result: PlanResult) => void = () => assert.fail('no dry run');
    hub.answer(PlanModel, (params) =>
      params.dryRun === true
        ? new Promise<PlanResult>((resolve) => (late = resolve))
        : planResult(machineOf(98e9, 132e9)),
    );
    await open();
    const first = controller.planModel({ model: '/a.gguf', name: 'a' });
    await settle();
    const ofFirst = late;
    const second = controller.planModel({ model: '/b.gguf', name: 'b' });
    await settle();
    ofFirst(planResult(machineOf(0, 8e9)));
    await first;
    const shown = lastPlan();
    assert.equal(shown?.name, 'b');
    assert.ok(shown.outcome.kind === 'planned' && shown.outcome.result.plan.verdict === 'fits');
    late(planResult(machineOf(98e9, 132e9)));
    await second;
  });

  it('loads a file as it was planned, and nothing else', async () => {
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9), { context: 65_536 }));
    await open();
    const question = {
      model: '/a.gguf',
      machine: { kind: 'this' },
      wishes: { sequences: 2, kvType: 'q8_0' },
    };
    await controller.planModel({ model: '/a.gguf', name: 'a' });
    await controller.receive({ type: 'plan', question });
    await controller.receive({ type: 'loadPlan' });
    assert.deepEqual(loads.splice(0), [
      {
        path: '/a.gguf',
        name: 'a',
        settings: { contextSize: 65_536, sequences: 2, kvCacheType: 'q8_0' },
      },
    ]);
    // For another machine; then what does not fit here; then what is no file.
    const elsewhere = { ...question, machine: { kind: 'typed', vram: '98 GB', ram: '132 GB' } };
    await controller.receive({ type: 'plan', question: elsewhere });
    await controller.receive({ type: 'loadPlan' });
    hub.answer(PlanModel, () => planResult(machineOf(0, 8e9)));
    await controller.receive({ type: 'plan', question });
    await controller.receive({ type: 'loadPlan' });
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9)));
    await controller.planModel({ model: 'gpt-oss-120b', name: 'gpt-oss-120b' });
    await controller.receive({ type: 'loadPlan' });
    assert.deepEqual(loads, []);
  });

  it('keeps the plan for a panel that comes back, and forgets it when it is closed', async () => {
    hub.answer(PlanModel, () => planResult(machineOf(98e9, 132e9)));
    await open();
    await controller.planModel({ model: 'b', name: 'b' });
    await controller.receive({ type: 'ready' });
    assert.equal(lastPlan()?.name, 'b');
    await controller.receive({ type: 'closePlan' });
    assert.equal(lastPlan(), null);
  });

  it('runs only commands that it knows, and drops what is no message', async () => {
    await controller.receive({ type: 'command', command: 'planModel' });
    await controller.receive({ type: 'command', command: 'workbench.action.quit' });
    await controller.receive({
      type: 'plan',
      question: { model: 'a', machine: { kind: 'this' }, wishes: { context: -1 } },
    });
    await controller.receive('hello');
    assert.deepEqual([commands, errors.length], [['planModel'], 3]);
  });
});
