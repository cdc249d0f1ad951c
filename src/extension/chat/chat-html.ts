/** The page that the chat view starts from. Nothing but the bundled script may run, and nothing may be fetched. */

export interface ChatHtmlParts {
  nonce: string;
  /** What the webview's own resources come from. */
  cspSource: string;
  scriptUri: string;
  styleUris: string[];
}

export function chatHtml({ nonce, cspSource, scriptUri, styleUris }: ChatHtmlParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    "connect-src 'none'",
  ].join('; ');
  const styles = styleUris.map((uri) => `<link rel="stylesheet" href="${uri}">`).join('\n    ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Hearth</title>
    ${styles}
  </head>
  <body>
    <div id="root"></div>
    <script type="module" nonce="${nonce}" src="${scriptUri}"></script>
  </body>
</html>`;
}
