/** One thing that could be wrong, and how to tell from the facts. */
import type { FindingAction, Severity } from '../../shared/protocol/doctor';
import type { DoctorFacts, Known } from './facts';

export interface Verified {
  status: 'verified';
  severity: Severity;
  evidence: string[];
  advice: string;
  action?: FindingAction;
}

export interface Refuted {
  status: 'refuted';
  evidence: string[];
}

export interface Unchecked {
  status: 'unchecked';
  evidence: string[];
}

export type Outcome = Verified | Refuted | Unchecked;

export interface Check {
  id: string;
  /** What is suspected, as a sentence without its stop. */
  title: string;
  meaning: string;
  look: (facts: DoctorFacts) => Outcome;
}

/** It is so. */
export function verified(
  severity: Severity,
  evidence: string[],
  advice: string,
  action?: FindingAction,
): Verified {
  return { status: 'verified', severity, evidence, advice, ...(action && { action }) };
}

/** It is not so; the evidence is a sentence that stands by itself. */
export function refuted(...evidence: string[]): Refuted {
  return { status: 'refuted', evidence };
}

export function unchecked(why: string): Unchecked {
  return { status: 'unchecked', evidence: [why] };
}

/** Looks at a fact if it is known. */
export function when<T>(fact: Known<T>, look: (value: T) => Outcome): Outcome {
  return fact.known ? look(fact.value) : unchecked(fact.why);
}

/** @param name without "hearth." */
export function openSetting(name: string): FindingAction {
  return {
    title: 'Open the Setting',
    command: 'hearth.openSettings',
    arguments: [`hearth.${name}`],
  };
}

export const SWITCH_MODEL: FindingAction = {
  title: 'Switch Model…',
  command: 'hearth.switchModel',
  arguments: [],
};
export const RELOAD_WITH_LESS: FindingAction = {
  title: 'Reload with Less…',
  command: 'hearth.reloadWithLess',
  arguments: [],
};
