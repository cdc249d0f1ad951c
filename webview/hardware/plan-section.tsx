/** A plan: whether it fits, in words and figures, and what if. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Finding } from '../../src/shared/protocol/doctor';
import type { PlanQuestion, ShownPlan } from '../../src/shared/protocol/hardware-view';
import type { PlanAlternative, PlanResult } from '../../src/shared/protocol/plan';
import { formatBytes, formatCount, formatSpeed } from '../../src/shared/util/format';
import { leftText, maxContextText, speedText, verdictText } from '../../src/shared/util/plan-text';
import { Icon } from '../components/icon';
import { IconButton } from '../components/icon-button';
import { MemoryBar } from './memory-bar-view';
import { placedByPlan } from './map-geometry';
import { gpuNames, planPools } from './plan-pools';
import { PlacementMapView } from './placement-map-view';
import { Button } from '../controls';
import { PlanControls } from './plan-controls';
import { PlanTable } from './plan-table';
import { takenQuestion } from './plan-form';
import { besideText, gainText, layersText } from './plan-words';

export interface PlanSectionProps {
  shown: ShownPlan;
  /** Counts up when it is to be brought into sight. */
  reveals: number;
  onQuestion: (question: PlanQuestion) => void;
  onLoad: () => void;
  onClose: () => void;
}

/** Made anew for another model. */
export function PlanSection({ shown, reveals, onQuestion, onLoad, onClose }: PlanSectionProps) {
  const { outcome, name } = shown;
  // An alternative that was taken: the fields begin anew with it.
  const [taken, setTaken] = useState({ count: 0, question: shown.question });
  const take = (question: PlanQuestion): void => {
    setTaken(({ count }) => ({ count: count + 1, question }));
    onQuestion(question);
  };
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (reveals > 0) heading.current?.focus();
  }, [reveals]);
  return (
    <section class="panel-section plan" aria-label={`Plan for ${name}`} data-testid="plan">
      <div class="section-head">
        <h2 ref={heading} tabIndex={-1}>
          Plan for {name}
        </h2>
        <IconButton icon="close" label="Close the plan" onClick={onClose} testId="plan-close" />
      </div>
      <div role="status" class="verdict-line" data-testid="plan-verdict">
        {outcome.kind === 'planning' && <p class="quiet">Planning…</p>}
        {outcome.kind === 'failed' && (
          <p class="verdict">
            <Icon name="error" />
            <span>
              {outcome.error.message} {outcome.error.advice}
            </span>
          </p>
        )}
        {outcome.kind === 'planned' && <Verdict result={outcome.result} />}
        {outcome.kind === 'planned' && outcome.otherReading !== undefined && (
          <p class="quiet" data-testid="other-reading">
            If that is a card whose driver shows {formatBytes(outcome.otherReading.vramBytes)}: it{' '}
            {verdictText(outcome.otherReading.result.plan)}, VRAM left over{' '}
            {leftText(outcome.otherReading.result.plan.freeVramBytes)}.
          </p>
        )}
      </div>
      <PlanControls
        key={taken.count}
        question={taken.question}
        quantizations={shown.quantizations}
        result={outcome.kind === 'planned' ? outcome.result : undefined}
        onQuestion={onQuestion}
      />
      {outcome.kind === 'planned' && (
        <>
          <Findings findings={outcome.result.findings} />
          {canLoad(shown) && (
            <div class="buttons">
              <Button onClick={onLoad} testId="plan-load">
                Load it so
              </Button>
            </div>
          )}
          <PlanFigures result={outcome.result} asked={shown.question} onTake={take} />
        </>
      )}
    </section>
  );
}

function Verdict({ result }: { result: PlanResult }) {
  const { plan, machine } = result;
  const fits = plan.verdict !== 'does-not-fit';
  const isCompromise = fits && plan.verdict !== 'fits';
  return (
    <>
      <p class="verdict" data-verdict={plan.verdict}>
        <Icon name={fits ? (isCompromise ? 'warning' : 'pass') : 'error'} />
        <span>
          It {verdictText(plan)} with a context of {formatCount(plan.context)} tokens.
        </span>
      </p>
      <p class="quiet">
        {machineText(machine)}. {basisText(result)}
        {plan.loadable ? '' : ` ${plan.reason}`}
      </p>
    </>
  );
}

function basisText({ plan, measured }: PlanResult): string {
  if (plan.basis === 'estimate') return 'Only an estimate: the layers of the model are guessed.';
  const how = plan.basis === 'simulated' ? 'Simulated by the engine' : 'Computed';
  if (measured === undefined) return `${how}, not measured.`;
  const { takenBytes, tokensPerSecond } = measured;
  const speed = tokensPerSecond === undefined ? '' : ` and wrote ${formatSpeed(tokensPerSecond)}`;
  return `${how}; loaded so before, it took ${formatBytes(takenBytes)}${speed}.`;
}

function machineText({ gpus, ramBytes, ramUsedBytes }: PlanResult['machine']): string {
  const vram = gpus.reduce((sum, { vramBytes }) => sum + vramBytes, 0);
  const cards = gpus.length > 1 ? ` on ${gpus.length} GPUs` : '';
  const others = ramUsedBytes > 0 ? `, of which other programs use ${formatBytes(ramUsedBytes)}` : '';
  return `${vram > 0 ? `${formatBytes(vram)} VRAM${cards} and ` : 'No GPU, '}${formatBytes(ramBytes)} RAM${others}`;
}

function canLoad({ isFile, question, outcome }: ShownPlan): boolean {
  const isHere = isFile && question.machine.kind === 'this';
  return isHere && outcome.kind === 'planned' && outcome.result.plan.loadable;
}

interface PlanFiguresProps {
  result: PlanResult;
  asked: PlanQuestion;
  onTake: (question: PlanQuestion) => void;
}

function PlanFigures({ result, asked, onTake }: PlanFiguresProps) {
  const { plan, trainContext, alternatives } = result;
  return (
    <>
      {alternatives.length > 0 && (
        <>
          <h3>Otherwise</h3>
          <ul class="alternatives">
            {alternatives.map((alternative) => (
              <Alternative
                key={alternative.change}
                alternative={alternative}
                taken={takenQuestion(asked, result.machine, alternative)}
                onTake={onTake}
              />
            ))}
          </ul>
        </>
      )}
      {result.beside.map((other, index) => (
        <p key={index} data-testid="plan-beside-model">
          {besideText(other)}
        </p>
      ))}
      {planPools(result).map(({ name, pool }) => (
        <MemoryBar key={name} name={name} pool={pool} />
      ))}
      <PlacementMapView model={placedByPlan(result, gpuNames(result))} />
      <PlanTable result={result} />
      <dl class="facts">
        <div>
          <dt>Layers on the GPU</dt>
          <dd>{layersText(plan)}</dd>
        </div>
        <div>
          <dt>Largest context</dt>
          <dd data-testid="max-context">
            {maxContextText(result)}
            {trainContext > 0 && ` (trained for ${formatCount(trainContext)})`}
          </dd>
        </div>
        {plan.verdict !== 'does-not-fit' && (
          <div>
            <dt>Expected speed</dt>
            <dd data-testid="plan-speed">{speedText(plan)}</dd>
          </div>
        )}
      </dl>
      {plan.verdict !== 'does-not-fit' && <p class="quiet">{result.speedNote}</p>}
    </>
  );
}

/** What is easily overlooked. */
function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul class="offers plan-findings" aria-label="Mind" data-testid="plan-findings">
      {findings.map(({ id, severity, title, meaning, evidence, advice }) => (
        <li key={id} data-severity={severity}>
          <Icon name={severity} />
          <span>
            <strong>{title}.</strong> {evidence.join(' ')} {meaning} {advice}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface AlternativeProps {
  alternative: PlanAlternative;
  /** The question that it answers. */
  taken: PlanQuestion | undefined;
  onTake: (question: PlanQuestion) => void;
}

/** What the fields can say is one click away. */
function Alternative({ alternative, taken, onTake }: AlternativeProps) {
  const { cost, plan } = alternative;
  const change = alternative.change.charAt(0).toUpperCase() + alternative.change.slice(1);
  return (
    <li>
      {taken === undefined ? (
        change
      ) : (
        <button type="button" class="link-button" onClick={() => onTake(taken)}>
          {change}
        </button>
      )}
      : {verdictText(plan)}, {gainText(alternative)}. Costs: {cost}.{plan.loadable ? '' : ` ${plan.reason}`}
    </li>
  );
}
