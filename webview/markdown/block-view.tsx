/** One block. Blocks with blocks inside are elements; the others are sanitized HTML. */
import type { MarkedToken, Token, Tokens } from 'marked';
import { memo } from 'preact/compat';
import { CodeBlock } from './code-block';
import { inlineHtml, leafHtml } from './leaf-html';

export const BlockView = memo(function BlockView({ token }: { token: Token }) {
  const block = token as MarkedToken;
  switch (block.type) {
    case 'space':
    case 'def':
      return null;
    case 'code':
      return <CodeBlock code={block.text} language={languageOf(block)} />;
    case 'list':
      return <ListView list={block} />;
    case 'blockquote':
      return <blockquote>{block.tokens.map(nested)}</blockquote>;
    case 'table':
      return (
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Table">
          <Html html={leafHtml(block)} />
        </div>
      );
    case 'checkbox':
      return <input type="checkbox" disabled checked={block.checked} />;
    case 'text':
      return <span dangerouslySetInnerHTML={{ __html: inlineHtml(block.tokens ?? [block]) }} />;
    default:
      return <Html html={leafHtml(block)} />;
  }
});

function ListView({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index} class={item.task ? 'task' : undefined}>
      {item.tokens.map(nested)}
    </li>
  ));
  return list.ordered ? <ol start={list.start === '' ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function nested(token: Token, index: number) {
  return <BlockView key={index} token={token} />;
}

function Html({ html }: { html: string }) {
  return <div class="text" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** The first word of the info string: "ts" of "ts title=example". */
function languageOf({ lang }: Tokens.Code): string {
  return /^[^\s{,:]+/.exec(lang ?? '')?.[0].toLowerCase() ?? '';
}
