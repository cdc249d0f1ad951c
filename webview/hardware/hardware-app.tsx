/** The whole panel: the machine's memory, the models in it, the last minutes, and a plan. */
import { useLayoutEffect, useState } from 'preact/hooks';
import type { GpuHardware, HardwareSample, HardwareSnapshot } from '../../src/shared/protocol/hardware';
import type { HardwareCommand, HardwareViewState } from '../../src/shared/protocol/hardware-view';
import { formatBytes, formatSpeed } from '../../src/shared/util/format';
import { Connecting } from '../components/connecting';
import { Icon } from '../components/icon';
import { Button } from '../controls';
import { FillPatterns } from './fill-patterns';
import type { HardwareStore } from './hardware-store';
import { MemoryBar } from './memory-bar-view';
import { drawnPool } from './memory-segments';
import { ModelSection } from './model-section';
import { PlanSection } from './plan-section';
import { QueueSection } from './queue-section';
import { Sparkline } from './sparkline';

export function HardwareApp({ store }: { store: HardwareStore }) {
  const [state, setState] = useState(store.state);
  useLayoutEffect(() => {
    setState(store.state);
    return store.subscribe(setState);
  }, [store]);
  const { view, snapshot, history, plan, reveals } = state;
  const command = (name: HardwareCommand): void => store.post({ type: 'command', command: name });
  if (view === undefined || view.hub.kind !== 'connected') {
    return (
      <main class="hardware">
        {view?.hub.kind === 'failed' ? (
          <Failed view={view.hub} onRetry={() => command('reconnect')} />
        ) : (
          <Connecting />
        )}
      </main>
    );
  }
  const modelName = (path: string): string => view.models.find((model) => model.path === path)?.name ?? path;
  return (
    <main class="hardware" data-testid="hardware">
      <FillPatterns />
      <header class="panel-head">
        <h1>Hardware</h1>
        <Button secondary onClick={() => command('planModel')} testId="plan-model">
          Plan a model
        </Button>
      </header>
      {plan !== null && (
        <PlanSection
          key={plan.id}
          shown={plan}
          reveals={reveals}
          onQuestion={(question) => store.post({ type: 'plan', question })}
          onLoad={() => store.post({ type: 'loadPlan' })}
          onClose={() => store.post({ type: 'closePlan' })}
        />
      )}
      {snapshot === undefined ? (
        <p class="quiet">Looking at the machine…</p>
      ) : (
        <Machine snapshot={snapshot} history={history} modelName={modelName} />
      )}
      {view.models.length === 0 ? (
        <NoModel command={command} />
      ) : (
        view.models.map((model) => <ModelSection key={model.path} model={model} queue={view.queue} />)
      )}
      {view.queue.length > 0 && <QueueSection queue={view.queue} onShow={() => command('showQueue')} />}
    </main>
  );
}

interface MachineProps {
  snapshot: HardwareSnapshot;
  history: readonly HardwareSample[];
  modelName: (path: string) => string;
}

function Machine({ snapshot, history, modelName }: MachineProps) {
  const { gpus, ram, swap, processor, notes } = snapshot;
  const vramTotal = gpus.reduce((sum, { memory }) => sum + memory.totalBytes, 0);
  const vram = history.flatMap(({ at, vramUsedBytes }) =>
    vramUsedBytes === undefined ? [] : [{ at, value: vramUsedBytes }],
  );
  return (
    <section class="panel-section" aria-label="This machine">
      <h2>This machine</h2>
      <p class="quiet">
        {processor.name}, {processor.cores} cores.{gpus.length === 0 && ' No GPU that Hearth can use.'}
      </p>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {gpus.map((gpu, index) => (
        <MemoryBar
          key={index}
          name={gpus.length === 1 ? 'VRAM' : `VRAM ${index + 1}`}
          detail={gpuDetail(gpu)}
          pool={drawnPool(gpu.memory)}
          modelName={modelName}
        />
      ))}
      <MemoryBar name="RAM" pool={drawnPool(ram)} modelName={modelName} />
      {swap !== undefined && (
        <MemoryBar
          name="Swap"
          pool={{
            ...swap,
            parts: swap.usedBytes > 0 ? [{ use: 'other', bytes: swap.usedBytes }] : [],
          }}
        />
      )}
      <div class="sparklines">
        <Sparkline
          name="Tokens per second"
          samples={history.map(({ at, tokensPerSecond }) => ({ at, value: tokensPerSecond }))}
          format={formatSpeed}
        />
        {vram.length > 0 && <Sparkline name="VRAM" samples={vram} top={vramTotal} format={formatBytes} />}
        <Sparkline
          name="RAM"
          samples={history.map(({ at, ramUsedBytes }) => ({ at, value: ramUsedBytes }))}
          top={ram.totalBytes}
          format={formatBytes}
        />
      </div>
    </section>
  );
}

function gpuDetail({ name, utilization, driver }: GpuHardware): string {
  return [
    name,
    ...(utilization === undefined ? [] : [`${Math.round(utilization * 100)} % busy`]),
    ...(driver === undefined ? [] : [`driver ${driver}`]),
  ].join(' · ');
}

function NoModel({ command }: { command: (name: HardwareCommand) => void }) {
  return (
    <section class="panel-section" aria-label="Models" data-testid="no-model">
      <h2>No model is loaded</h2>
      <p class="quiet">
        Plan one to see whether it fits and with which context, or load the one that answers your chats.
      </p>
      <div class="buttons">
        <Button onClick={() => command('planModel')}>Plan a model</Button>
        <Button secondary onClick={() => command('reloadModel')}>
          Load model
        </Button>
        <Button secondary onClick={() => command('switchModel')}>
          Switch model
        </Button>
      </div>
    </section>
  );
}

function Failed({
  view,
  onRetry,
}: {
  view: Extract<HardwareViewState['hub'], { kind: 'failed' }>;
  onRetry: () => void;
}) {
  return (
    <div class="card error-card">
      <Icon name="error" />
      <div class="card-body">
        <p>{view.error.message}</p>
        <p class="card-advice">{view.error.advice}</p>
        <div class="buttons">
          <Button onClick={onRetry}>Retry</Button>
        </div>
      </div>
    </div>
  );
}
