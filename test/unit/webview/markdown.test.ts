import './dom';
import assert from 'node:assert/strict';
import { h, options, render, type VNode } from 'preact';
import { act } from 'preact/test-utils';
import type { FromWebview } from '../../../src/shared/protocol/webview';
import { CodeTarget } from '../../../webview/markdown/code-target';
import { readHighlighter } from '../../../webview/markdown/highlight';
import { Markdown } from '../../../webview/markdown/markdown';
import { ActionsContext } from '../../../webview/state/actions-context';
import type { Actions } from '../../../webview/state/actions';
import { SELECTION } from '../../support/webview-samples';
import { RICH_ANSWER } from '../../support/webview-texts';

const posted: FromWebview[] = [];
const actions = { post: (message: FromWebview) => posted.push(message) } as unknown as Actions;
const root = document.getElementById('root')!;

function show(text: string): HTMLElement {
  act(() =>
    render(
      h(
        ActionsContext.Provider,
        { value: actions },
        h(CodeTarget.Provider, { value: SELECTION }, h(Markdown, { text })),
      ),
      root,
    ),
  );
  return root;
}

beforeEach(() => posted.splice(0));
afterEach(() => act(() => render(null, root)));

describe('Markdown: untrusted text', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '<img src=x onerror="alert(1)">',
    '<b onclick="alert(1)" style="position:fixed" id="root" class="composer">x</b>',
    '<iframe src="https://example.com"></iframe>',
    '<style>* { display: none }</style>',
    '<svg onload=alert(1)><use href="data:x"/></svg>',
    '<form action="https://example.com"><input name=a></form>',
    '[x](javascript:alert(1)) [y](command:workbench.action.quit) [z](file:///etc/passwd) [v](vscode://x)',
    '[x](  JaVaScRiPt:alert(1)) [d](data:text/html,<script>alert(1)</script>)',
    '![pixel](https://example.com/pixel.png) ![](data:image/png;base64,AAAA)',
    '<a href="javascript:alert(1)">x</a>',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    '| <img src=x onerror=alert(1)> |\n|---|\n| <script>1</script> |',
    '- <iframe src=x>\n\n  > <style>a{}</style>',
    '```html"><script>alert(1)</script>\n<script>alert(2)</script>\n```',
    '```ts\n<img src=x onerror=alert(1)>\n```',
    '# <object data=x>',
    '[a]: javascript:alert(1)\n\n[a]',
    '[t](https://example.com "x\\" onmouseover=alert(1)")',
    '<https://example.com/?a="onerror=alert(1)>',
  ];
  const ALLOWED_ATTRIBUTES = [
    ...['class', 'href', 'title', 'align', 'tabindex', 'role', 'type', 'disabled', 'checked', 'start'],
    ...['aria-label', 'aria-hidden', 'aria-disabled', 'data-testid'],
  ];

  for (const text of HOSTILE) {
    it(text.slice(0, 60).replaceAll('\n', ' '), () => {
      const shown = show(`${text}\n\nafter`);
      assert.equal(
        shown.querySelector('script, img, iframe, style, svg, form, object, math, link, meta, input[name]'),
        null,
      );
      for (const element of shown.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
          assert.ok(ALLOWED_ATTRIBUTES.includes(name), `${name}="${value}"`);
          if (name === 'href') assert.match(value, /^https?:\/\//);
          if (name === 'class') assert.doesNotMatch(value, /composer/);
        }
      }
      assert.match(shown.textContent, /after/);
    });
  }

  it('shows HTML as it was written, so that nothing vanishes', () => {
    assert.match(
      show('Use <script>alert(1)</script> or <div id="a">b</div>.').textContent,
      /<script>alert\(1\)<\/script> or <div id="a">b<\/div>/,
    );
    assert.match(show('<!-- a comment -->\n').textContent, /<!-- a comment -->/);
    assert.equal(show('H<sub>2</sub>O').querySelector('sub')?.textContent, '2');
  });

  it('says where a link would have led that cannot be opened', () => {
    assert.equal(show('[z](file:///etc/passwd)').textContent.trim(), 'z (file:///etc/passwd)');
  });

  it('loads no image, and links to it', () => {
    const link = show('![a cat](https://example.com/cat.png)').querySelector('a');
    assert.deepEqual(
      [link?.textContent, link?.getAttribute('href')],
      ['image: a cat', 'https://example.com/cat.png'],
    );
  });
});

describe('Markdown', () => {
  it('renders what markdown has', () => {
    const shown = show(RICH_ANSWER);
    for (const selector of [
      'strong',
      'em',
      'h2',
      'ol > li > ul > li',
      'table td[align=right]',
      'li.task > input:checked',
      'blockquote p',
      'hr',
    ]) {
      assert.notEqual(shown.querySelector(selector), null, selector);
    }
    assert.deepEqual(
      [...shown.querySelectorAll('.code-language')].map((label) => label.textContent),
      ['ts', 'diff', 'sh'],
    );
    assert.match(shown.textContent, /\\\(r = p - \\frac\{t\}\{1000\}\\\)/);
  });

  it('colours code as soon as it can', async () => {
    const shown = show('```ts\nlet a = 1;\n```');
    assert.equal(shown.querySelector('code')?.textContent, 'let a = 1;');
    await act(() => readHighlighter());
    assert.equal(shown.querySelector('.hljs-keyword')?.textContent, 'let');
    assert.notEqual(
      show('```py\ndef f(): pass\n```').querySelector('.hljs-keyword'),
      null,
      'at once from now on',
    );
  });

  it('opens links through the extension', () => {
    let escaped = false;
    document.addEventListener('click', () => (escaped = true), { once: true });
    const click = new MouseEvent('click', { bubbles: true, cancelable: true });
    show('[x](https://example.com/a?b=c&d=e)').querySelector('a')!.dispatchEvent(click);
    assert.deepEqual(posted, [{ type: 'openLink', url: 'https://example.com/a?b=c&d=e' }]);
    assert.equal(click.defaultPrevented, true);
    assert.equal(escaped, false, 'VS Code would open it a second time');
  });

  it('acts on code, with the selection that the question was about', () => {
    const shown = show('```TS title=x\nlet a = 1;\n```');
    for (const id of ['code-copy', 'code-insert', 'code-new-file', 'code-apply']) {
      act(() => shown.querySelector<HTMLElement>(`[data-testid=${id}]`)!.click());
    }
    const code = 'let a = 1;';
    assert.deepEqual(posted, [
      { type: 'copy', text: code },
      { type: 'insertAtCursor', code },
      { type: 'newFile', code, language: 'ts' },
      { type: 'applyCode', code, language: 'ts', attachment: SELECTION },
    ]);
  });

  it('renders only the end again while text grows', () => {
    let text = 'A paragraph.\n\n```ts\nlet a = 1;\n```\n\n'.repeat(100);
    show(text);
    let renders = 0;
    const before = options.diffed?.bind(options);
    options.diffed = (vnode: VNode) => {
      if (typeof vnode.type === 'function' && /BlockView|CodeBlock/.test(vnode.type.name)) renders++;
      before?.(vnode);
    };
    try {
      for (let token = 0; token < 50; token++) show((text += 'word '));
    } finally {
      if (before === undefined) delete options.diffed;
      else options.diffed = before;
    }
    assert.ok(renders >= 50 && renders <= 55, `${renders} blocks were rendered for 50 tokens`);
  });
});
