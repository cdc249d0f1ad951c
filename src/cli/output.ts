import type { ErrorInfo } from '../shared/protocol/errors';

/** A sentence on stderr; with `--json` an object on stdout as well. */
export function printError(info: ErrorInfo, json: boolean): void {
  if (json) console.log(JSON.stringify({ code: info.code, message: info.message, advice: info.advice }));
  console.error(`hearth: ${info.message}\n${info.advice}`);
}
