/** "120B, 5B active, 4.25 bits", as the user types it. Pure. */
import { estimatedShape } from '../../planner/plain-numbers';
import { errorInfo } from '../../shared/protocol/errors';
import type { PlainNumbers } from '../../shared/protocol/plan';

/** Of figures that are not the ones in question. */
const SOME: PlainNumbers = { parameters: 1e9, bitsPerWeight: 4 };

/** A number of weights: "120B", "5.1b", "350M". Undefined for anything else. */
export function readAmount(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([bm])$/i.exec(text.trim()) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Number(digits) * (unit.toLowerCase() === 'b' ? 1e9 : 1e6);
}

/** What is wrong with a figure, in words; undefined when it can be planned with. */
export function parametersProblem(text: string): string | undefined {
  const parameters = readAmount(text);
  return parameters === undefined
    ? 'Write a number of parameters, as 120B or 350M.'
    : problem({ ...SOME, parameters });
}

/** @param parameters of the model; an empty text is all of them */
export function activeProblem(text: string, parameters: number): string | undefined {
  if (text.trim() === '') return undefined;
  const activeParameters = readAmount(text);
  return activeParameters === undefined
    ? 'Write a number of parameters, as 5B; nothing for a model without experts.'
    : problem({ ...SOME, parameters, activeParameters });
}

export function bitsProblem(text: string): string | undefined {
  return text.trim() === ''
    ? 'Write the bits of a weight, as 4.25.'
    : problem({ ...SOME, bitsPerWeight: Number(text) });
}

/** Of texts that have been checked. An empty `active` is all parameters. */
export function plainNumbers(parameters: string, active: string, bits: string): PlainNumbers {
  const activeParameters = readAmount(active);
  return {
    parameters: readAmount(parameters) ?? 0,
    ...(activeParameters !== undefined && { activeParameters }),
    bitsPerWeight: Number(bits),
  };
}

/** What the plan is called: "120B, 5B active, 4.25 bits". */
export function plainName(parameters: string, active: string, bits: string): string {
  const figures = [
    parameters.trim(),
    ...(active.trim() === '' ? [] : [`${active.trim()} active`]),
    `${bits.trim()} bits`,
  ];
  return figures.join(', ');
}

function problem(numbers: PlainNumbers): string | undefined {
  try {
    estimatedShape('A model', numbers);
    return undefined;
  } catch (error) {
    return errorInfo(error).message;
  }
}
