/** Workers without a model that answer, hang or die as a test says, where the real one would need a broken driver. */
import { writeFileSync } from 'node:fs';
import type { MachineFacts } from '../../src/shared/protocol/worker';

export const MACHINE_WITHOUT_GPU: MachineFacts = {
  gpu: 'cpu',
  deviceNames: [],
  vramTotalBytes: 0,
  ramTotalBytes: 2 ** 33,
};

/** What becomes of a request: JavaScript that may call `answer(result)`, `notify(method, params)` or `die(lastWords)`. */
export type Behaviour = Partial<Record<'machine' | 'load' | 'memory', string>>;

export const ANSWER_MACHINE = `answer(${JSON.stringify(MACHINE_WITHOUT_GPU)});`;

/** Writes a program that stands in for the worker; a request of which nothing is said is never answered. */
export function writeFakeWorker(path: string, { machine = '', load = '', memory = '' }: Behaviour): void {
  writeFileSync(
    path,
    `
    process.on('message', ({ id, method }) => {
      const answer = (result) => process.send({ jsonrpc: '2.0', id, result });
      const notify = (method, params) => process.send({ jsonrpc: '2.0', method, params });
      const die = (lastWords) => process.stderr.write(lastWords, () => process.exit(1));
      switch (method) {
        case 'worker/machine': ${machine} return;
        case 'worker/load': ${load} return;
        case 'worker/memory': ${memory} return;
      }
    });
    `,
  );
}
