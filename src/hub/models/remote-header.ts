/** The header of a model that is not here: read by range requests, so that a few megabytes answer for all of it. */
import { posix } from 'node:path';
import { HearthError } from '../../shared/protocol/errors';
import { isModelAddress } from '../../shared/util/model-address';
import { readHeader, type ByteSource, type GgufHeader } from './gguf-reader';
import { partPaths } from './model-file';

const ANSWER_LIMIT_MS = 30_000;
/** A model in more parts than this is not planned from elsewhere. */
const MOST_PARTS = 50;
const HUB = 'https://huggingface.co';

/**
 * Where "https://…/file.gguf" or "hf:owner/repository/file.gguf" is; undefined for anything else.
 * @throws HearthError `bad-request` for an address of which nothing can be read
 */
export function remoteModel(text: string): URL | undefined {
  const [, owner, repository, file] = /^hf:([^/\s]+)\/([^/\s]+)\/(\S+)$/i.exec(text) ?? [];
  if (owner !== undefined && repository !== undefined && file !== undefined) {
    const path = [owner, repository, 'resolve', 'main', ...file.split('/')].map(encodeURIComponent);
    return new URL(`${HUB}/${path.join('/')}`);
  }
  if (!isModelAddress(text)) return undefined;
  if (/^hf:[^/\s]+\/[^/\s]+\/?$/i.test(text)) throw noFile(text, `${text.replace(/\/$/, '')}/FILE.gguf`);
  const isAddress = URL.canParse(text) && /^https?:$/i.test(new URL(text).protocol);
  if (!isAddress) {
    throw new HearthError(
      'bad-request',
      `"${text}" is no address of a model.`,
      'Write https://…/file.gguf or hf:OWNER/REPOSITORY/FILE.gguf.',
    );
  }
  const url = new URL(text);
  if (url.origin === HUB) {
    // What a browser shows is a page about the file.
    url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
    const [, repository] = /^\/([^/]+\/[^/]+)(?:\/tree\/[^/]+)?\/?$/.exec(url.pathname) ?? [];
    if (repository !== undefined) throw noFile(text, `hf:${repository}/FILE.gguf`);
  }
  return url;
}

function noFile(text: string, example: string): HearthError {
  return new HearthError(
    'bad-request',
    `"${text}" is a repository, and not a file of it.`,
    `Say which of its files is meant: ${example}.`,
  );
}

/** What would be asked, and how to allow it. */
export function needsNetwork({ host, href }: URL): HearthError {
  return new HearthError(
    'bad-request',
    `To plan this, Hearth would ask ${host} for the first megabytes of ${href}. Nothing was asked yet.`,
    'Allow it for this once with --allow-network.',
  );
}

/**
 * The headers of all parts.
 * @throws HearthError what is wrong with the address, the answer or the header
 */
export async function readRemoteHeaders(url: URL): Promise<GgufHeader[]> {
  const folder = posix.dirname(url.pathname);
  const parts = partPaths(url.pathname).map((path) => {
    const part = new URL(url);
    part.pathname = posix.join(folder, posix.basename(path));
    return part;
  });
  if (parts.length > MOST_PARTS)
    throw notAnswered(url, `it says that it has ${parts.length} parts`, 'Plan it from a file.');
  const headers: GgufHeader[] = [];
  for (const part of parts) headers.push(await readHeader(await remoteSource(part)));
  return headers;
}

/** Its size comes with the first answer, whose bytes are not asked for again. */
async function remoteSource(url: URL): Promise<ByteSource> {
  const FIRST_BYTES = 1 << 20;
  const first = await ask(url, 0, FIRST_BYTES);
  return {
    size: first.size,
    read: async (position, length) => {
      if (position + length <= first.bytes.length) return first.bytes.subarray(position, position + length);
      return (await ask(url, position, length)).bytes;
    },
  };
}

async function ask(url: URL, position: number, length: number): Promise<{ bytes: Buffer; size: number }> {
  const response = await request(url, `bytes=${position}-${position + length - 1}`);
  const size = Number(/^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
  if (response.status !== 206 || !Number.isSafeInteger(size)) {
    // The rest may be the whole model.
    await response.body?.cancel();
    throw response.status === 200
      ? notAnswered(url, 'it would send the whole file, not a part', 'Download the file and plan it then.')
      : notAnswered(
          url,
          `it answered with status ${response.status}`,
          'Check the address; some need a login.',
        );
  }
  return { bytes: await readAtMost(response, length, url), size };
}

/** A connection that was kept open may have been closed meanwhile: a second one tells. */
async function request(url: URL, range: string): Promise<Response> {
  const once = () => fetch(url, { headers: { range }, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  try {
    return await once().catch(once);
  } catch (error) {
    throw notAnswered(url, reasonOf(error), 'Check the address and the connection.');
  }
}

/** A server that sends more than it was asked for is not listened to. */
async function readAtMost(response: Response, length: number, url: URL): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      received += chunk.length;
      if (received > length) break;
    }
  } catch (error) {
    throw notAnswered(url, reasonOf(error), 'Try again.');
  }
  if (received > length) throw notAnswered(url, 'it sent more than it was asked for', 'Plan it from a file.');
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function notAnswered({ host }: URL, reason: string, advice: string): HearthError {
  return new HearthError(
    'model-unreadable',
    `The model's header could not be read from ${host}: ${reason}.`,
    advice,
  );
}
