/** What if: each choice plans anew at once, each text when nothing more is typed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MachineChoice, PlanQuestion } from '../../src/shared/protocol/hardware-view';
import type { PlanResult } from '../../src/shared/protocol/plan';
import { formatCount } from '../../src/shared/util/format';
import { Checkbox, Select, TextField } from '../controls';
import { Delayed } from './delayed';
import { KV_TYPES_SHOWN } from './kv-types';
import {
  COUNT_FIELDS,
  formOf,
  KNOWN_MACHINE,
  machineKind,
  questionOf,
  readCount,
  readModels,
  readSize,
  type CountField,
  type PlanForm,
} from './plan-form';

export interface PlanControlsProps {
  question: PlanQuestion;
  /** What the model can be had in; a choice where there are several. */
  quantizations: readonly string[];
  /** Of the last plan: what an empty field stands for. */
  result: PlanResult | undefined;
  onQuestion: (question: PlanQuestion) => void;
}

/** Between two keys of one text. */
const TYPING_MS = 200;

const LABELS: Readonly<Record<CountField, string>> = {
  context: 'Context, tokens',
  sequences: 'Chats in memory at once',
  batch: 'Batch, tokens',
  gpuLayers: 'Layers on the GPU',
};

const MACHINES = [
  { value: 'this', label: 'This machine' },
  { value: 'known', label: `${KNOWN_MACHINE.vram} VRAM, ${KNOWN_MACHINE.ram} RAM` },
  { value: 'typed', label: 'Another machine…' },
] as const;

export function PlanControls({ question, quantizations, result, onQuestion }: PlanControlsProps) {
  const [form, setForm] = useState(() => formOf(question));
  // Chosen "Another machine…", the fields still have the sizes of the one before.
  const [kind, setKind] = useState(() => machineKind(question.machine));
  const asking = useRef(new Delayed(TYPING_MS)).current;
  useEffect(() => () => asking.cancel(), []);
  const type = (changes: Partial<PlanForm>): void => {
    const next = { ...form, ...changes };
    setForm(next);
    const asked = questionOf(question.model, next);
    // What waits was made of an older text.
    asking.cancel();
    if (asked !== undefined) asking.later(() => onQuestion(asked));
  };
  const change = (changes: Partial<PlanForm>): void => {
    type(changes);
    asking.now();
  };
  const chooseMachine = (chosen: (typeof MACHINES)[number]['value']): void => {
    setKind(chosen);
    change({ machine: chosen === 'this' ? { kind: 'this' } : KNOWN_MACHINE });
  };
  const { machine } = form;
  return (
    <div
      class="controls"
      role="group"
      aria-label="What if"
      onFocusOut={() => asking.now()}
      onKeyDown={({ key }) => {
        if (key === 'Enter') asking.now();
      }}
    >
      <Field label="Machine" wide>
        <Select
          label="Machine"
          value={kind}
          options={MACHINES}
          onChange={chooseMachine}
          testId="plan-machine"
        />
      </Field>
      {kind === 'typed' && machine.kind === 'typed' && (
        <MachineFields machine={machine} onChange={(typed) => type({ machine: typed })} />
      )}
      {COUNT_FIELDS.map((field) => (
        <Field
          key={field}
          label={LABELS[field]}
          error={readCount(form[field], field) === null ? 'Not a whole number' : undefined}
        >
          <TextField
            label={LABELS[field]}
            value={form[field]}
            placeholder={placeholder(field, result)}
            onInput={(text) => type({ [field]: text })}
            testId={`plan-${field}`}
          />
        </Field>
      ))}
      {quantizations.length > 1 && (
        <Field label="Quantization">
          <Select
            label="Quantization"
            value={form.quantization === '' ? (result?.quantization ?? '') : form.quantization}
            options={quantizations.map((each) => ({ value: each, label: each }))}
            onChange={(quantization) => change({ quantization })}
            testId="plan-quantization"
          />
        </Field>
      )}
      <Field label="KV cache">
        <Select
          label="KV cache"
          value={form.kvType}
          options={KV_TYPES_SHOWN.map((type) => ({ value: type, label: type }))}
          onChange={(kvType) => change({ kvType })}
          testId="plan-kv"
        />
      </Field>
      <div class="field">
        <Checkbox
          checked={form.flashAttention}
          onChange={(flashAttention) => change({ flashAttention })}
          testId="plan-flash"
        >
          Flash attention
        </Checkbox>
      </div>
      <ModelsField
        label="Beside it: names or files"
        hint="none, or embedding:NAME"
        text={form.beside}
        onInput={(beside) => type({ beside })}
        testId="plan-beside"
      />
      <Field
        label="LoRA adapters, in all"
        error={readSize(form.loras) === null ? 'A size, as 200 MB' : undefined}
      >
        <TextField
          label="LoRA adapters, in all"
          value={form.loras}
          placeholder="none"
          onInput={(loras) => type({ loras })}
          testId="plan-loras"
        />
      </Field>
      <ModelsField
        label="Draft model"
        text={form.draft}
        onInput={(draft) => type({ draft })}
        testId="plan-draft"
        isOne
      />
    </div>
  );
}

interface ModelsFieldProps {
  label: string;
  hint?: string;
  text: string;
  onInput: (text: string) => void;
  testId: string;
  isOne?: boolean;
}

function ModelsField({ label, hint = 'none', text, onInput, testId, isOne }: ModelsFieldProps) {
  const models = readModels(text);
  const error =
    models === null
      ? 'Names and files only; an address has to be planned by itself'
      : isOne === true && models.length > 1
        ? 'Only one'
        : undefined;
  return (
    <Field label={label} error={error}>
      <TextField label={label} value={text} placeholder={hint} onInput={onInput} testId={testId} />
    </Field>
  );
}

type TypedMachine = Extract<MachineChoice, { kind: 'typed' }>;

/** Whoever types a size means another machine, of which nobody has used anything. */
function withSize({ vram, ram }: TypedMachine, size: Partial<TypedMachine>): TypedMachine {
  return { kind: 'typed', vram, ram, ...size };
}

function MachineFields({
  machine,
  onChange,
}: {
  machine: TypedMachine;
  onChange: (machine: TypedMachine) => void;
}) {
  return (
    <>
      <Field label="VRAM of each GPU">
        <TextField
          label="VRAM"
          value={machine.vram}
          placeholder="none"
          onInput={(vram) => onChange(withSize(machine, { vram }))}
          testId="plan-vram"
        />
      </Field>
      <Field label="RAM">
        <TextField
          label="RAM"
          value={machine.ram}
          onInput={(ram) => onChange(withSize(machine, { ram }))}
          testId="plan-ram"
        />
      </Field>
    </>
  );
}

interface FieldProps {
  label: string;
  error?: string | undefined;
  wide?: boolean;
  children: preact.ComponentChildren;
}

/** The control has the label for screen readers; this one is for the eye. */
function Field({ label, error, wide, children }: FieldProps) {
  return (
    <div class={wide === true ? 'field wide' : 'field'}>
      <span class="field-label" aria-hidden="true">
        {label}
      </span>
      {children}
      {error !== undefined && (
        <span class="field-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

function placeholder(field: CountField, result: PlanResult | undefined): string {
  switch (field) {
    case 'context':
      return result === undefined ? 'as much as fits' : formatCount(result.plan.context);
    case 'gpuLayers':
      return result === undefined
        ? 'as many as fit'
        : `${result.plan.gpuLayers} of ${result.plan.totalLayers}`;
    case 'sequences':
      return '1';
    case 'batch':
      return '512';
  }
}
