/** Files by the path that a message names them with: relative to the workspace where they are in it. */
import * as vscode from 'vscode';

export function describePath(uri: vscode.Uri): string {
  if (uri.scheme === 'untitled') return uri.path;
  return vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
}

/** The file of a described path, if it is there. */
export async function findDocument(path: string): Promise<vscode.Uri | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => describePath(document.uri) === path);
  if (open !== undefined) return open.uri;
  for (const candidate of candidates(path)) {
    if (await isFile(candidate)) return candidate;
  }
  return undefined;
}

function candidates(path: string): vscode.Uri[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (/^([\\/]|[A-Za-z]:[\\/])/.test(path)) {
    // Outside the workspace, on the machine that the workspace is on.
    const near = folders.map((folder) => folder.uri.with({ path: vscode.Uri.file(path).path }));
    return [...near, vscode.Uri.file(path)];
  }
  const inFolders = folders.map((folder) => vscode.Uri.joinPath(folder.uri, path));
  const named = folders
    .filter((folder) => path.startsWith(`${folder.name}/`))
    .map((folder) => vscode.Uri.joinPath(folder.uri, path.slice(folder.name.length + 1)));
  return [...named, ...inFolders];
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
