/** Serves one file by ranges, as a model hub does: a model that is elsewhere. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  /** Answers every path with the file. */
  base: string;
  /** Paths that were asked for, in order. */
  asked: string[];
  close(): void;
}

export async function serveFile(file: string): Promise<FileServer> {
  const content = readFileSync(file);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const end = to === '' ? content.length : Math.min(Number(to) + 1, content.length);
    response.writeHead(206, { 'content-range': `bytes ${from}-${end - 1}/${content.length}` });
    response.end(content.subarray(Number(from), end));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
