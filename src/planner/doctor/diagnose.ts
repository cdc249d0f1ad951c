/** Facts in, findings out. */
import type { Finding } from '../../shared/protocol/doctor';
import type { Check } from './check';
import { CHECKS } from './all-checks';
import type { DoctorFacts } from './facts';

/** One finding for each check, in the checks' order: those that stop a model first, those that slow it down after. */
export function diagnose(facts: DoctorFacts, checks: readonly Check[] = CHECKS): Finding[] {
  return checks.map(({ id, title, meaning, look }) => {
    const outcome = look(facts);
    const common = { id, title, meaning, evidence: outcome.evidence, status: outcome.status };
    if (outcome.status !== 'verified') return { ...common, severity: 'info', advice: '' };
    const { severity, advice, action } = outcome;
    return { ...common, severity, advice, ...(action && { action }) };
  });
}
