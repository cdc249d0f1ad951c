/** Models that are elsewhere. Pure. */

/** "https://…" or "hf:OWNER/REPOSITORY/FILE.gguf", rather than a name or a file here. */
export function isModelAddress(text: string): boolean {
  return /^(hf:|https?:\/\/)/i.test(text.trim());
}
