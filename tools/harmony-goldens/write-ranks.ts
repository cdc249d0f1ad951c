/** `tsx tools/harmony-goldens/write-ranks.ts FILE`: o200k_base.tiktoken, which openai-harmony would download. */
import { writeFileSync } from 'node:fs';
import { o200kTokens } from '../models/o200k-ranks';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: tsx tools/harmony-goldens/write-ranks.ts FILE');
// One line a token: its bytes in base64, a space, its rank.
const lines = o200kTokens().map(
  (token, rank) => `${Buffer.from(token, 'latin1').toString('base64')} ${rank}\n`,
);
writeFileSync(path, lines.join(''));
