/** The panel's plan as a page: fields that ask, and fillings that differ. */
import './dom';
import assert from 'node:assert/strict';
import { h, render } from 'preact';
import { act } from 'preact/test-utils';
import type { PlanQuestion } from '../../../src/shared/protocol/hardware-view';
import { Delayed } from '../../../webview/hardware/delayed';
import { FillPatterns, fillOf, gpuFill, type FillName } from '../../../webview/hardware/fill-patterns';
import { USE_NAMES, type DrawnUse } from '../../../webview/hardware/memory-segments';
import { PlanControls } from '../../../webview/hardware/plan-controls';
import { machineOf, planResult } from '../../support/hardware-samples';

const root = document.getElementById('root')!;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function find(testId: string): HTMLInputElement | HTMLSelectElement {
  const found = root.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-testid="${testId}"]`);
  assert.ok(found, `${testId} is not there`);
  return found;
}

afterEach(() => act(() => render(null, root)));

describe('the fields of a plan', () => {
  let asked: PlanQuestion[];

  const show = (quantizations: readonly string[] = []) => {
    asked = [];
    const question: PlanQuestion = { model: 'a', machine: { kind: 'this' }, wishes: {} };
    const result = { ...planResult(machineOf(98e9, 132e9)), quantization: 'Q4_K_M' };
    const onQuestion = (next: PlanQuestion) => asked.push(next);
    void act(() => render(h(PlanControls, { question, quantizations, result, onQuestion }), root));
  };
  const type = (testId: string, value: string) =>
    act(() => {
      const field = find(testId);
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  const press = (testId: string, event: Event) => act(() => void find(testId).dispatchEvent(event));

  it('ask once, when nothing more is typed', async () => {
    show();
    for (const text of ['4', '40', '409', '4096']) void type('plan-context', text);
    assert.equal(asked.length, 0);
    await wait(300);
    assert.deepEqual(asked.map(({ wishes }) => wishes.context), [4_096]); // prettier-ignore
  });

  it('ask at once at Enter, when the field is left, and for a choice', async () => {
    show(['Q6_K', 'Q4_K_M']);
    void type('plan-beside', 'qwen3-8b, qwen3-4b');
    void press('plan-beside', new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    assert.deepEqual(asked.at(-1)?.beside, ['qwen3-8b', 'qwen3-4b']);
    void type('plan-draft', 'qwen3-0.6b');
    void press('plan-draft', new Event('focusout', { bubbles: true }));
    assert.equal(asked.at(-1)?.draft, 'qwen3-0.6b');
    const select = find('plan-quantization');
    assert.equal(select.value, 'Q4_K_M');
    void act(() => {
      select.value = 'Q6_K';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    assert.deepEqual(
      [asked.length, asked.at(-1)?.quantization, asked.at(-1)?.draft],
      [3, 'Q6_K', 'qwen3-0.6b'],
    );
    await wait(300);
    assert.equal(asked.length, 3, 'Nothing is asked a second time.');
  });

  it('ask nothing that cannot be meant, nor when they are gone', async () => {
    show();
    assert.equal(root.querySelector('[data-testid="plan-quantization"]'), null);
    void type('plan-context', '4096');
    void type('plan-beside', 'https://example/a.gguf');
    assert.match(root.querySelector('[role=alert]')?.textContent ?? '', /Names and files only/);
    void type('plan-beside', '');
    void act(() => render(null, root));
    await wait(300);
    assert.deepEqual(asked, []);
  });
});

describe('Delayed', () => {
  it('does the last, once', () => {
    const done: number[] = [];
    const delayed = new Delayed(10_000);
    delayed.later(() => done.push(1));
    delayed.later(() => done.push(2));
    delayed.now();
    delayed.now();
    delayed.later(() => done.push(3));
    delayed.cancel();
    delayed.now();
    assert.deepEqual(done, [2]);
  });
});

describe('fillings', () => {
  const differ = (names: readonly FillName[]): void => {
    void act(() => render(h(FillPatterns, {}), root));
    const textures = [...root.querySelectorAll('pattern')].map(
      ({ id, innerHTML }) => [id, innerHTML] as const,
    );
    const drawn = new Map(textures);
    const looks = names.map((name) => {
      const fill = fillOf(name);
      if (fill === undefined) return name;
      return drawn.get(fill.slice('url(#'.length, -1)) ?? assert.fail(`${fill} is not there`);
    });
    assert.equal(new Set(looks).size, names.length);
  };

  it('differ for everything that a bar tells apart, and are there', () => {
    differ(Object.keys(USE_NAMES) as DrawnUse[]);
  });

  it('differ for four GPUs and RAM in the map, by their texture too', () => {
    const gpus = [0, 1, 2, 3].map(gpuFill);
    differ([...gpus, 'ram']);
    const textures = [...root.querySelectorAll('pattern')]
      .filter(({ id }) => /^fill-(gpu-|ram)/.test(id))
      .map(({ lastElementChild }) => lastElementChild?.outerHTML);
    assert.equal(new Set(textures).size, 4);
    assert.equal(gpuFill(4), gpus[0], 'A fifth begins anew.');
  });
});
