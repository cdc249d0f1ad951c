/** HTML of a block that has no blocks inside: paragraph, heading, table, rule, raw HTML. */
import { Marked, Parser, type RendererObject, type Token } from 'marked';
import { escapeHtml } from './escape-html';
import { isWebLink, sanitizeText } from './sanitize';

/** Tags that only say how text looks. Any other HTML is shown as it was written, so that nothing vanishes. */
const PLAIN_TAG = /^<(?:\/?(?:b|strong|i|em|u|s|del|ins|mark|code|kbd|samp|var|sub|sup)|br ?\/?)>$/i;

const renderer: RendererObject = {
  link({ href, title, tokens }) {
    const text = this.parser.parseInline(tokens);
    if (!isWebLink(href)) return `${text} (${escapeHtml(href)})`;
    const hint = title === null || title === undefined || title === '' ? href : `${title} (${href})`;
    return `<a href="${escapeHtml(href)}" title="${escapeHtml(hint)}">${text}</a>`;
  },
  /** Nothing is fetched: an image is a link to it. */
  image({ href, text }) {
    const label = escapeHtml(text === '' ? 'image' : `image: ${text}`);
    return isWebLink(href) ? `<a href="${escapeHtml(href)}" title="${escapeHtml(href)}">${label}</a>` : label;
  },
  html({ text }) {
    return PLAIN_TAG.test(text.trim()) ? text : escapeHtml(text);
  },
};

const marked = new Marked({ gfm: true, renderer: renderer });

export function leafHtml(token: Token): string {
  const html = Parser.parse([token], marked.defaults);
  return sanitizeText(token.type === 'html' ? `<p>${html}</p>` : html);
}

/** HTML of inline parts, such as those of a tight list item. */
export function inlineHtml(tokens: Token[]): string {
  return sanitizeText(Parser.parseInline(tokens, marked.defaults));
}
