/** Planning a model that is elsewhere: only its header is read, and only if the user said so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlanModelCommand } from '../../src/hub/models/plan-model';
import { remoteModel } from '../../src/hub/models/remote-header';
import { errorInfo } from '../../src/shared/protocol/errors';
import { TINY_LLAMA } from '../support/hub';

const machine = { gpus: [], ramBytes: 8e9 };
/** The tiny model with a tail that nobody should ask for. */
const TAIL_BYTES = 40 * 2 ** 20;

describe('a plan of a model elsewhere', () => {
  let server: Server;
  let base: string;
  let command: PlanModelCommand;
  let asked: string[] = [];
  let sent = 0;
  const whole = readFileSync(TINY_LLAMA);
  const size = whole.length + TAIL_BYTES;

  const sendPart = (response: ServerResponse, range: string, extra = 0): void => {
    const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const end = Math.min(Number(to) + 1, size);
    const body = Buffer.alloc(end - Number(from) + extra);
    whole.copy(body, 0, Number(from), Math.min(end, whole.length));
    sent += body.length;
    response.writeHead(206, { 'content-range': `bytes ${from}-${end - 1}/${size}` });
    response.end(body);
  };

  before(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const range = request.headers.range ?? '';
      if (path.startsWith('/missing')) response.writeHead(404).end('no such file');
      else if (path.startsWith('/whole')) response.writeHead(200).end(whole);
      else if (path.startsWith('/more')) sendPart(response, range, 5 * 2 ** 20);
      else if (path.startsWith('/moved')) response.writeHead(302, { location: '/tiny.gguf' }).end();
      else if (path.startsWith('/page')) {
        response.writeHead(206, { 'content-range': 'bytes 0-99/100' });
        response.end('<!doctype html>'.padEnd(100));
      } else sendPart(response, range);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    command = new PlanModelCommand({
      readMachine: () => Promise.reject(new Error('the machine is known')),
      measured: { match: () => undefined },
      readDriver: () => Promise.resolve(undefined),
      dryRuns: { with: () => Promise.reject(new Error('nothing is loaded here')) },
      log: (line) => assert.fail(line),
    });
    asked = [];
    sent = 0;
  });

  const plan = (model: string, allowNetwork = true) => command.run({ model, machine, allowNetwork });
  const rejects = (model: string, message: RegExp, allowNetwork = true) =>
    assert.rejects(plan(model, allowNetwork), (error) => {
      assert.match(errorInfo(error).message, message);
      return true;
    });

  it('reads the header and not the weights', async () => {
    const { name, plan: found } = await plan(`${base}/tiny.gguf`);
    const local = await command.run({ model: TINY_LLAMA, machine });
    assert.equal(name, 'tiny');
    assert.deepEqual(found, local.plan);
    assert.ok(sent < 4 * 2 ** 20, `${sent} bytes were sent`);
    assert.equal((await plan(`${base}/moved.gguf`)).plan.verdict, found.verdict);
  });

  it('asks nobody before the user has said so, and says what it would ask', async () => {
    await rejects(
      `${base}/tiny.gguf`,
      /would ask 127\.0\.0\.1:\d+ for .*tiny\.gguf\. Nothing was asked/,
      false,
    );
    await rejects('hf:someone/some-model/file.gguf', /would ask huggingface\.co/, false);
    assert.deepEqual(asked, []);
  });

  it('asks once, whatever is planned with it then', async () => {
    const address = `${base}/tiny.gguf`;
    const first = await plan(address);
    const requests = asked.length;
    assert.ok(requests > 0);
    const what = { model: address, machine, allowNetwork: true };
    const shorter = await command.run({ ...what, wishes: { context: 512 } });
    assert.ok(shorter.plan.kvBytes < first.plan.kvBytes);
    await command.run({ ...what, beside: [`embedding:${address}`] });
    assert.equal(asked.length, requests);
    await rejects(address, /Nothing was asked yet/, false);
  });

  it('asks for every part of a model in several', async () => {
    await plan(`${base}/some/big-00001-of-00002.gguf`);
    assert.deepEqual([...new Set(asked)], ['/some/big-00001-of-00002.gguf', '/some/big-00002-of-00002.gguf']);
    await rejects(`${base}/big-00001-of-00999.gguf`, /999 parts/);
  });

  it('says what is wrong with the answer', async () => {
    await rejects(`${base}/missing.gguf`, /status 404/);
    await rejects(`${base}/whole.gguf`, /the whole file, not a part/);
    await rejects(`${base}/more.gguf`, /more than it was asked for/);
    await rejects(`${base}/page.gguf`, /not a GGUF file/);
    await rejects('http://127.0.0.1:1/x.gguf', /could not be read from 127\.0\.0\.1:1/);
    await rejects('hf:someone', /no address of a model/);
  });

  it('knows where a name of a model hub leads', () => {
    const at = (text: string) => remoteModel(text)?.href;
    assert.equal(at('hf:a/b/c.gguf'), 'https://huggingface.co/a/b/resolve/main/c.gguf');
    assert.equal(
      at('https://huggingface.co/a/b/blob/main/d/c.gguf?download=true'),
      'https://huggingface.co/a/b/resolve/main/d/c.gguf?download=true',
    );
    for (const page of [
      'hf:a/b',
      'hf:a/b/',
      'https://huggingface.co/a/b',
      'https://huggingface.co/a/b/tree/main',
    ])
      assert.throws(
        () => at(page),
        (error) =>
          /repository, and not a file/.test(errorInfo(error).message) &&
          errorInfo(error).advice.includes('hf:a/b/FILE.gguf'),
        page,
      );
    assert.equal(at('/models/file.gguf'), undefined);
    assert.equal(at('gpt-oss-120b'), undefined);
  });
});
