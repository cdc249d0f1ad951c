/** The hardware panel: bars and a map of a real model, and a plan for a machine that is not this one. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { serveFile } from '../support/file-server';
import { TINY_GPT_OSS } from '../support/hub';
import { useWorkbench } from '../support/use-workbench';

describe('the hardware panel', () => {
  const workbench = useWorkbench({
    settings: {
      'hearth.model': TINY_GPT_OSS,
      'hearth.loadOn': 'firstMessage',
      'hearth.gpu': 'cpu',
      'hearth.threads': 1,
      'hearth.seed': 6,
      'hearth.maxTokens': 40,
    },
  });
  let panel: FrameLocator;

  it('opens from the status bar’s menu, and says what the machine has before a model is loaded', async () => {
    await workbench().statusBarItem().filter({ hasText: 'not loaded' }).waitFor();
    await workbench().statusBarItem().click();
    await workbench().quickRow('Show Hardware').click();
    panel = workbench().panelFrame();
    await panel.getByTestId('no-model').waitFor();
    const ram = panel.getByTestId('memory-bar').filter({ hasText: 'RAM' }).first();
    assert.match(await ram.innerText(), /[\d.]+ GiB of [\d.]+ GiB/);
    await workbench().screenshot('hardware-empty');
  });

  it('shows where a model lies as soon as it is loaded', async () => {
    await panel.getByRole('button', { name: 'Load model' }).click();
    const model = panel.getByTestId('hardware-model');
    await model.getByTestId('placement-map').waitFor();
    await model.getByText('All 4 layers and the output are in RAM.').waitFor();
    assert.equal(await model.locator('rect[data-place=ram]').count(), 10);
    assert.match(await model.innerText(), /gpt-oss.*Quantization/s);
    const ram = panel.getByTestId('memory-bar').filter({ hasText: 'RAM' }).first();
    await ram
      .locator('.legend')
      .getByText(/Weights/)
      .waitFor();
    assert.match((await ram.getByRole('img').getAttribute('aria-label')) ?? '', /Weights .*, Other programs/);
    await workbench().screenshot('hardware-one');
  });

  it('plans the 120B for another machine, without a file', async () => {
    await panel.getByTestId('plan-model').click();
    await workbench().quickRow('gpt-oss-120b').waitFor();
    await workbench().screenshot('plan-pick');
    await workbench().quickRow('gpt-oss-120b').click();
    await panel.getByTestId('plan-verdict').filter({ hasText: 'Computed, not measured' }).waitFor();
    await panel.getByTestId('plan-machine').selectOption({ label: '98 GB VRAM, 132 GB RAM' });
    const verdict = panel.getByTestId('plan-verdict');
    await verdict.filter({ hasText: 'It fits with a context of 131,072 tokens.' }).waitFor();
    assert.match(await verdict.innerText(), /whose driver shows 95\.6 GiB: it fits/);
    assert.match(await panel.getByTestId('max-context').innerText(), /131,072/);
    assert.match(
      await panel.getByTestId('plan-speed').innerText(),
      /^about \d+ tok\/s at first, \d+ tok\/s after/,
    );
    await workbench().screenshot('plan-fits');
  });

  it('plans anew at every wish', async () => {
    await panel.getByTestId('plan-sequences').click();
    await workbench().page.keyboard.type('8');
    const verdict = panel.getByTestId('plan-verdict');
    await verdict.filter({ hasText: /It fits with a context of (?!131,072)/ }).waitFor();
    await panel.getByTestId('plan-kv').selectOption('q4_0');
    await verdict.filter({ hasText: 'It fits with a context of 131,072 tokens.' }).waitFor();
    await workbench().screenshot('plan-what-if');
  });

  it('offers what would fit, and takes it with a click', async () => {
    await panel.getByTestId('plan-kv').selectOption('f16');
    await panel.getByTestId('plan-context').click();
    await workbench().page.keyboard.type('131072');
    const verdict = panel.getByTestId('plan-verdict');
    await verdict.filter({ hasText: 'layers in RAM' }).waitFor();
    await panel.getByText(/^One chat in memory at a time$/).waitFor();
    await workbench().screenshot('plan-otherwise');
    await panel.getByRole('button', { name: 'One chat in memory at a time' }).click();
    await verdict.filter({ hasText: 'It fits with a context of 131,072 tokens.' }).waitFor();
    const fields = ['plan-sequences', 'plan-context'] as const;
    const texts = fields.map((field) => panel.getByTestId(field).evaluate((input) => (input as HTMLInputElement).value)); // prettier-ignore
    assert.deepEqual(await Promise.all(texts), ['1', '131072']);
  });

  it('says of a machine that was typed in that it does not fit, and by how much', async () => {
    await panel.getByTestId('plan-machine').selectOption({ label: 'Another machine…' });
    for (const [field, text] of [
      ['plan-vram', '24 GB, 24 GB'],
      ['plan-ram', '16 GB'],
    ] as const) {
      // By the mouse: VS Code hands "select all" to a view later, perhaps after the first letters.
      await panel.getByTestId(field).click({ clickCount: 3 });
      await workbench().page.keyboard.type(text);
    }
    await panel.getByTestId('plan-verdict').filter({ hasText: 'It does not fit' }).waitFor();
    assert.match(await panel.getByTestId('plan-table').innerText(), /GiB too little/);
    await workbench().screenshot('plan-does-not-fit');
    await panel.getByRole('button', { name: 'An RTX PRO 6000 (96 GB)' }).click();
    await panel.getByTestId('plan-verdict').filter({ hasText: 'It fits with' }).waitFor();
    const vram = panel.getByTestId('plan-vram');
    assert.equal(await vram.evaluate((input) => (input as HTMLInputElement).value), 'RTX PRO 6000');
    await panel.getByTestId('plan-loras').click();
    await workbench().page.keyboard.type('200 MB');
    await panel.getByTestId('plan-table').getByText('LoRA adapters').waitFor();
    await workbench().screenshot('plan-bought');
    await panel.getByTestId('plan-close').click();
    await panel.getByTestId('plan').waitFor({ state: 'detached' });
  });

  it('plans plain numbers', async () => {
    await panel.getByTestId('plan-model').click();
    await workbench().quickInput().waitFor();
    await workbench().quickInput().fill('Plain Numbers');
    await workbench().quickRow('Plain Numbers…').click();
    for (const [step, text] of ['120B', '5B', '4.25'].entries()) {
      await workbench()
        .page.getByText(`Plan from Plain Numbers (${step + 1}/3)`)
        .waitFor();
      await workbench().quickInput().fill(text);
      if (step === 1) await workbench().screenshot('plan-numbers');
      await workbench().page.keyboard.press('Enter');
    }
    await panel.getByRole('heading', { name: 'Plan for 120B, 5B active, 4.25 bits' }).waitFor();
    await panel.getByTestId('plan-verdict').filter({ hasText: 'Only an estimate' }).waitFor();
    await workbench().screenshot('plan-of-numbers');
    await panel.getByTestId('plan-close').click();
    await panel.getByTestId('plan').waitFor({ state: 'detached' });
  });

  it('plans a model that is elsewhere, and asks before it asks anybody', async () => {
    const server = await serveFile(TINY_GPT_OSS);
    try {
      const host = new URL(server.base).host;
      const chooseAddress = async () => {
        await panel.getByTestId('plan-model').click();
        await workbench().quickInput().waitFor();
        await workbench().quickInput().fill('Address');
        await workbench().quickRow('An Address or Hub Name…').click();
        await workbench().page.getByText('Plan a Model That Is Not Here').waitFor();
        await workbench().quickInput().fill('huggingface.co');
        await workbench().page.getByText('Write https://…/FILE.gguf or hf:').waitFor();
        await workbench().screenshot('plan-address');
        await workbench().quickInput().fill(`${server.base}/elsewhere.gguf`);
        await workbench().page.keyboard.press('Enter');
        const question = workbench().page.locator('.monaco-dialog-box');
        await question.filter({ hasText: `Ask ${host} for this model's header?` }).waitFor();
        return question;
      };
      const refused = await chooseAddress();
      await workbench().screenshot('plan-address-asked');
      await refused.getByRole('button', { name: 'Cancel' }).click();
      await refused.waitFor({ state: 'detached' });
      assert.deepEqual(server.asked, []);

      const agreed = await chooseAddress();
      await agreed.getByRole('button', { name: `Ask ${host}` }).click();
      await panel.getByRole('heading', { name: 'Plan for elsewhere' }).waitFor();
      await panel.getByTestId('plan-verdict').filter({ hasText: 'It fits' }).waitFor();
      assert.deepEqual([...new Set(server.asked)], ['/elsewhere.gguf']);
      await workbench().screenshot('plan-of-address');
      await panel.getByTestId('plan-close').click();
      await panel.getByTestId('plan').waitFor({ state: 'detached' });
    } finally {
      server.close();
    }
  });

  it('loads a file as it was planned', async () => {
    await panel.getByTestId('plan-model').click();
    await workbench().quickRow('tiny-gpt-oss').first().click();
    const verdict = panel.getByTestId('plan-verdict');
    await verdict.filter({ hasText: 'It fits' }).waitFor();
    await panel.getByTestId('plan-context').click();
    await workbench().page.keyboard.type('1024');
    await verdict.filter({ hasText: 'a context of 1,024 tokens' }).waitFor();
    // The engine's own figures take a moment longer than the arithmetic.
    await verdict.filter({ hasText: 'Simulated by the engine' }).waitFor();
    await workbench().screenshot('plan-simulated');
    await panel.getByTestId('plan-load').click();
    const model = panel.getByTestId('hardware-model');
    await model.getByText(/1,024/).first().waitFor();
    assert.match(await model.innerText(), /planned .*took.*\(simulated\)/i);
    await workbench().screenshot('plan-loaded');
    await panel.getByTestId('plan-close').click();
  });

  it('looks right in light and in high contrast, and in a narrow column', async () => {
    for (const theme of ['light', 'high contrast', 'dark'] as const) {
      await workbench().setTheme(theme);
      await panel.getByTestId('placement-map').waitFor();
      await workbench().screenshot(`hardware-${theme.replace(' ', '-')}`);
    }
    await workbench().page.setViewportSize({ width: 600, height: 900 });
    await panel.getByTestId('placement-map').waitFor();
    const overflow = await panel.locator('html').evaluate((page) => page.scrollWidth - page.clientWidth);
    assert.equal(overflow, 0);
    await workbench().screenshot('hardware-narrow');
  });
});
