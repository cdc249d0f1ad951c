/** GitHub's markdown, with TeX left as it was written. */
import { Marked, type Token, type TokenizerExtension, type Tokens } from 'marked';

export type Links = Record<string, Pick<Tokens.Link | Tokens.Image, 'href' | 'title'>>;

/** Without this, `\(x\)` would lose its backslashes and `$$a_1 * b * c$$` would become emphasis. */
const math: TokenizerExtension = {
  name: 'math',
  level: 'inline',
  start: (src) => /\\[([]|\$\$/.exec(src)?.index,
  tokenizer: (src) => {
    const raw = /^(?:\\\([\s\S]+?\\\)|\\\[[\s\S]+?\\\]|\$\$[\s\S]+?\$\$)/.exec(src)?.[0];
    return raw === undefined ? undefined : { type: 'text', raw, text: raw, escaped: false };
  },
};

const marked = new Marked({ gfm: true, extensions: [math] });

/** Splits markdown into blocks, their inline parts parsed. `links` are definitions from elsewhere in the text. */
export function lexMarkdown(text: string, links: Links): { tokens: Token[]; links: Links } {
  const lexer = new marked.Lexer(marked.defaults);
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(text);
  return { tokens: [...tokens], links: { ...tokens.links } };
}
