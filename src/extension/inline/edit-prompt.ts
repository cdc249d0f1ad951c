/** The message that asks for an edit: the user's template, filled in once. */
import { fenceFor } from '../../shared/util/user-text';

export interface EditRequest {
  code: string;
  language: string;
  path: string;
  instruction: string;
}

/** `{code}`, `{language}`, `{path}`, `{instruction}` and `{fence}` are filled in; other braces stay. */
export function editPrompt(template: string, request: EditRequest): string {
  const values: Record<string, string> = { ...request, fence: fenceFor(request.code) };
  return template.replace(
    /\{(code|language|path|instruction|fence)\}/g,
    (_, name: string) => values[name] ?? '',
  );
}
