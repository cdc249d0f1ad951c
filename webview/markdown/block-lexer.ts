/**
 * Splits a growing text into blocks. What was appended can only change the last blocks, so only they are lexed
 * again: the cost of a token does not grow with the answer.
 */
import type { Token } from 'marked';
import { lexMarkdown, type Links } from './marked-lexer';

export interface Block {
  /** Equal for blocks that look the same; a block with an equal key is not rendered again. */
  key: string;
  token: Token;
}

/** A paragraph can still join the list before it, so this many blocks at the end stay open. */
const OPEN_BLOCKS = 2;

export class BlockLexer {
  /** How much was lexed so far; for tests. */
  lexedCharacters = 0;
  private text = '';
  private blocks: readonly Block[] = [];
  private links: Links = {};
  /** Blocks before this one are settled; they end at `openOffset` in the text. */
  private openBlock = 0;
  private openOffset = 0;

  /** The blocks of the whole text. Settled blocks keep their identity. */
  update(text: string): readonly Block[] {
    if (text === this.text) return this.blocks;
    if (!text.startsWith(this.text)) this.reset();
    this.text = text;
    const known = Object.keys(this.links).length;
    this.lexOpen();
    if (Object.keys(this.links).length !== known) {
      // A link definition changes how earlier text reads.
      this.openBlock = 0;
      this.openOffset = 0;
      this.lexOpen();
    }
    return this.blocks;
  }

  private reset(): void {
    this.blocks = [];
    this.links = {};
    this.openBlock = 0;
    this.openOffset = 0;
  }

  private lexOpen(): void {
    const source = this.text.slice(this.openOffset);
    this.lexedCharacters += source.length;
    const { tokens, links } = lexMarkdown(source, this.links);
    this.links = links;
    const linkKey = Object.keys(links).length === 0 ? '' : `\0${JSON.stringify(links)}`;
    const settled = this.blocks.slice(0, this.openBlock);
    const open: Block[] = [];
    /** Offsets, in `source`, at which the blocks begin. */
    const starts: number[] = [];
    let offset = 0;
    for (const token of tokens) {
      if (token.type !== 'space' && token.type !== 'def') {
        starts.push(offset);
        open.push(this.reuse(settled.length + open.length, `${token.raw}${linkKey}`, token));
      }
      offset += token.raw.length;
    }
    this.blocks = [...settled, ...open];
    // The lexer normalizes line ends and tabs; where its pieces do not add up to the text, all stays open.
    if (offset !== source.length || open.length <= OPEN_BLOCKS) return;
    const nowSettled = open.length - OPEN_BLOCKS;
    this.openBlock += nowSettled;
    this.openOffset += starts[nowSettled] ?? 0;
  }

  private reuse(index: number, key: string, token: Token): Block {
    const before = this.blocks[index];
    return before?.key === key ? before : { key, token };
  }
}
