export interface VscodeServerFiles {
  node: string;
  serverMain: string;
  version: string;
}
export function ensureCodeServer(options?: { reinstall?: boolean }): Promise<VscodeServerFiles>;
