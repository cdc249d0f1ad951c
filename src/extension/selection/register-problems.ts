/** The light bulb on a problem: "Explain with Hearth" and "Fix with Hearth". */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { ChatController } from '../chat/chat-controller';
import { explained } from '../connection/explain-error';
import type { Log } from '../logs/log';
import { linesOf } from './attachments';
import { enclosingLines, type LineRange } from './line-range';
import { problemText, type Problem } from './problem-text';

/** Not in the palette: it needs to be told which problems. */
const COMMAND = 'hearth.askAboutProblems';

interface Deps {
  chat: ChatController;
  log: Log;
}

export function register({ chat, log }: Deps): Disposable {
  const subscriptions = new DisposableStore();
  subscriptions.add(
    vscode.languages.registerCodeActionsProvider('*', new ProblemActions(), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
  subscriptions.add(
    vscode.commands.registerCommand(
      COMMAND,
      (verb: 'Explain' | 'Fix', uri: vscode.Uri, diagnostics: vscode.Diagnostic[]) =>
        explained(log, 'Asking about a problem', async () => {
          const document = await vscode.workspace.openTextDocument(uri);
          const attachment = linesOf(document, await surroundings(document, diagnostics));
          await chat.ask({ text: problemText(verb, diagnostics.map(asProblem)), attachments: [attachment] });
        }),
    ),
  );
  return subscriptions;
}

class ProblemActions implements vscode.CodeActionProvider {
  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const { diagnostics } = context;
    if (diagnostics.length === 0) return [];
    return (['Explain', 'Fix'] as const).map((verb) => {
      const title = `${verb} with Hearth`;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { title, command: COMMAND, arguments: [verb, document.uri, diagnostics] };
      return action;
    });
  }
}

function asProblem({ message, source, code, range }: vscode.Diagnostic): Problem {
  const value = typeof code === 'object' ? code.value : code;
  return {
    message,
    source,
    code: value === undefined ? undefined : String(value),
    line: range.start.line + 1,
  };
}

async function surroundings(
  document: vscode.TextDocument,
  diagnostics: readonly vscode.Diagnostic[],
): Promise<LineRange> {
  const last = document.lineCount - 1;
  const problem = {
    startLine: Math.min(last, ...diagnostics.map(({ range }) => range.start.line)),
    endLine: Math.min(last, Math.max(0, ...diagnostics.map(({ range }) => range.end.line))),
  };
  return enclosingLines(problem, await blocks(document.uri), document.lineCount);
}

/** Functions, classes and the like, where a language can tell; none where it cannot. */
async function blocks(uri: vscode.Uri): Promise<LineRange[]> {
  const symbols = await vscode.commands.executeCommand<
    (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined
  >('vscode.executeDocumentSymbolProvider', uri);
  const flat = (list: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): vscode.Range[] =>
    list.flatMap((symbol) =>
      'children' in symbol ? [symbol.range, ...flat(symbol.children)] : [symbol.location.range],
    );
  return flat(symbols ?? []).map((range) => ({ startLine: range.start.line, endLine: range.end.line }));
}
