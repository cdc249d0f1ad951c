/** The last gate before HTML from a model's words enters the page. */
import DOMPurify from 'dompurify';

const TEXT_TAGS = [
  ...[
    'a',
    'b',
    'strong',
    'i',
    'em',
    'u',
    's',
    'del',
    'ins',
    'mark',
    'code',
    'kbd',
    'samp',
    'var',
    'sub',
    'sup',
  ],
  ...['br', 'p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'pre', 'span'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
];

/** Rendered markdown: no styles, no classes, no ids, no images; links to the web only. */
export function sanitizeText(html: string): string {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TEXT_TAGS,
    ALLOWED_ATTR: ['href', 'title', 'align'],
    ALLOWED_URI_REGEXP: /^https?:\/\//i,
    ADD_URI_SAFE_ATTR: ['align'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

/** Highlighted code: spans with highlight.js's classes and nothing else. */
export function sanitizeCode(html: string): string {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: ['span'],
    ALLOWED_ATTR: ['class'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

/** True for links that may be opened: the web, nothing on this machine, no commands. */
export function isWebLink(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}
