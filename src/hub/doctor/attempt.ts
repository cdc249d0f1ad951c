import { errorInfo, HearthError } from '../../shared/protocol/errors';
import { unknown, type Known } from '../../planner/doctor/facts';

/**
 * Reads a fact within a time limit; never throws. What takes longer goes on unheard: a network drive that hangs
 * cannot be called off.
 * @param subject as in "SUBJECT could not be read"
 */
export async function attempt<T>(
  subject: string,
  limitMs: number,
  read: () => Promise<Known<T>>,
): Promise<Known<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Known<T>>((resolve) => {
    timer = setTimeout(
      () => resolve(unknown(`${subject} could not be read within ${limitMs / 1000} s.`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([read(), late]);
  } catch (error) {
    if (error instanceof HearthError) return unknown(error.info.message, error.info);
    return unknown(`${subject} could not be read (${firstLine(errorInfo(error).details)}).`);
  } finally {
    clearTimeout(timer);
  }
}

function firstLine(details: string | undefined): string {
  return (details ?? 'no reason given').split('\n')[0] ?? '';
}
