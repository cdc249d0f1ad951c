/** What buttons in the chat do in the editor. */
import * as vscode from 'vscode';
import type { ViewCommand } from '../../shared/protocol/webview';
import { findDocument } from '../util/document-paths';
import type { ChatActions } from './chat-actions';
import { CHAT_VIEW } from './chat-view';
import type { Proposals } from './proposals';

const VIEW_COMMANDS: Record<ViewCommand, string> = {
  switchModel: 'hearth.switchModel',
  addModel: 'hearth.addModel',
  reloadModel: 'hearth.reloadModel',
  reloadWithLess: 'hearth.reloadWithLess',
  makeRoom: 'hearth.makeRoom',
  cancelLoad: 'hearth.cancelLoad',
  showLogs: 'hearth.showLogs',
  openSettings: 'hearth.openSettings',
  showMenu: 'hearth.menu',
  showQueue: 'hearth.showQueue',
  report: 'hearth.report',
};

export function editorActions(proposals: Proposals): ChatActions {
  return {
    copy: async (text) => vscode.env.clipboard.writeText(text),
    insertAtCursor,
    newFile,
    applyCode: (code, attachment) => proposals.show(withoutLastBreak(code), attachment),
    openFile,
    openLink,
    run: async (command) => {
      await vscode.commands.executeCommand(VIEW_COMMANDS[command]);
    },
    focusView: async () => {
      await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
    },
  };
}

async function insertAtCursor(code: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor === undefined) {
    const asFile = 'New File';
    const chosen = await vscode.window.showWarningMessage('No file is open to insert the code into.', asFile);
    if (chosen === asFile) await newFile(code, '');
    return;
  }
  const done = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, withoutLastBreak(code));
  });
  if (!done) void vscode.window.showWarningMessage('The file cannot be edited, so nothing was inserted.');
  await vscode.window.showTextDocument(editor.document, {
    viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
  });
}

async function newFile(code: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const id = known.find((name) => name === language.toLowerCase()) ?? ALIASES[language.toLowerCase()];
  const document = await vscode.workspace.openTextDocument({
    content: code,
    ...(id === undefined ? {} : { language: id }),
  });
  await vscode.window.showTextDocument(document);
}

/** What models write after a fence, where VS Code has another name for it. */
const ALIASES: Record<string, string> = {
  bash: 'shellscript',
  'c++': 'cpp',
  cs: 'csharp',
  docker: 'dockerfile',
  js: 'javascript',
  jsx: 'javascriptreact',
  md: 'markdown',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'shellscript',
  shell: 'shellscript',
  ts: 'typescript',
  tsx: 'typescriptreact',
  yml: 'yaml',
  zsh: 'shellscript',
};

async function openFile(path: string, line: number): Promise<void> {
  const uri = await findDocument(path);
  if (uri === undefined) {
    void vscode.window.showWarningMessage(`${path} is not in this workspace any more.`);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const at = new vscode.Position(Math.min(line, document.lineCount) - 1, 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}

/** Model output names the address, so only the web is opened: no commands, no files. */
async function openLink(url: string): Promise<void> {
  const uri = vscode.Uri.parse(url);
  if (uri.scheme === 'http' || uri.scheme === 'https') await vscode.env.openExternal(uri);
}

function withoutLastBreak(code: string): string {
  return code.replace(/\r?\n$/, '');
}
