// What a script says to a person. Everything goes to stderr: stdout belongs to results that a program may read.

/** One line of progress. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A failure that is explained in a sentence; scripts print its message without a stack trace. */
export class ScriptError extends Error {}

/** Runs a script's main function; a ScriptError becomes one line and exit code 1. */
export async function runMain(main) {
  try {
    const code = await main();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    say(error instanceof ScriptError ? error.message : error instanceof Error ? error.stack : String(error));
    process.exitCode = 1;
  }
}

export function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
