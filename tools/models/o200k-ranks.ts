/** The tokens of o200k_base in rank order, from js-tiktoken's copy (the original is a download). */
import o200kBase from 'js-tiktoken/ranks/o200k_base';

/** Each token's bytes as a latin1 string (one character a byte); the index is its rank and id. */
export function o200kTokens(): string[] {
  const tokens: string[] = [];
  for (const line of o200kBase.bpe_ranks.split('\n')) {
    // A line is `! FIRST_RANK TOKEN TOKEN …`, the tokens in base64.
    const [, first, ...encoded] = line.split(' ');
    encoded.forEach((token, index) => {
      tokens[Number(first) + index] = Buffer.from(token, 'base64').toString('latin1');
    });
  }
  return tokens;
}
