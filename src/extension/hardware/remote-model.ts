/** The address of a model that is to be planned: what would be asked, and what the user agrees to. Pure. */
import { nameOfPath } from '../models/active-model';

export interface ModelAddress {
  /** As the hub takes it. */
  model: string;
  name: string;
  host: string;
  /** The file, for people. */
  file: string;
}

/** Undefined for what is no address of a GGUF file: "https://…/file.gguf" or "hf:OWNER/REPOSITORY/FILE.gguf". */
export function modelAddress(text: string): ModelAddress | undefined {
  const model = text.trim();
  const inHub = /^hf:([^/\s]+\/[^/\s]+\/\S+\.gguf)$/i.exec(model)?.[1];
  if (inHub !== undefined) return { model, name: nameOfPath(inHub), host: 'huggingface.co', file: inHub };
  if (!/^https?:\/\//i.test(model) || !URL.canParse(model)) return undefined;
  const { host, href, pathname } = new URL(model);
  if (!/\.gguf$/i.test(pathname)) return undefined;
  return { model, name: nameOfPath(decoded(pathname)), host, file: href };
}

/** What an input box says of it; undefined when it is one. */
export function addressProblem(text: string): string | undefined {
  if (modelAddress(text) !== undefined) return undefined;
  return 'Write https://…/FILE.gguf or hf:OWNER/REPOSITORY/FILE.gguf.';
}

/** The whole of what happens when the user agrees. */
export function consentText({ host, file }: ModelAddress): { message: string; detail: string } {
  return {
    message: `Ask ${host} for this model's header?`,
    detail:
      `Hearth asks ${host}, and whichever server it passes the request on to, for the first megabytes of ${file}: ` +
      'the header, which says what the model is made of. Nothing else is read, and nothing is written to the disk. ' +
      'The header stays in memory for an hour, so that changes of the plan do not ask again.',
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
