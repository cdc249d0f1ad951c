/** A model's words as rich text. While they grow, only the last blocks are lexed and rendered. */
import { memo } from 'preact/compat';
import { useRef } from 'preact/hooks';
import { useActions } from '../state/actions-context';
import { BlockLexer } from './block-lexer';
import { BlockView } from './block-view';
import { isWebLink } from './sanitize';

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const { post } = useActions();
  const lexer = useRef<BlockLexer | null>(null);
  lexer.current ??= new BlockLexer();
  const blocks = lexer.current.update(text);

  // VS Code listens on the document and would open the link a second time.
  const openLink = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null) return;
    event.preventDefault();
    event.stopPropagation();
    const url = link.getAttribute('href') ?? '';
    if (isWebLink(url)) post({ type: 'openLink', url });
  };
  return (
    <div class="markdown" onClick={openLink} onAuxClick={openLink}>
      {blocks.map((block, index) => (
        <BlockView key={index} token={block.token} />
      ))}
    </div>
  );
});
