/** A page for components. Imported before them: the sanitizer and the toolkit look for a window when they load. */
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!DOCTYPE html><div id="root"></div>', { pretendToBeVisual: true });

class NoResizes {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

Object.assign(window, { ResizeObserver: NoResizes, scrollTo: () => undefined });
// There is no layout; the list needs a height to fill.
for (const [name, pixels] of Object.entries({
  clientHeight: 600,
  clientWidth: 400,
  offsetHeight: 150,
  offsetWidth: 400,
})) {
  Object.defineProperty(window.HTMLElement.prototype, name, { get: () => pixels });
}
window.HTMLElement.prototype.scrollTo = () => undefined;

for (const name of [
  ...['window', 'document', 'Element', 'HTMLElement', 'Node', 'NodeFilter', 'DocumentFragment', 'DOMParser'],
  ...['HTMLTemplateElement', 'HTMLFormElement', 'NamedNodeMap', 'CSSStyleSheet', 'customElements', 'Event'],
  ...[
    'KeyboardEvent',
    'MouseEvent',
    'CustomEvent',
    'MutationObserver',
    'ResizeObserver',
    'ShadowRoot',
    'Text',
  ],
  ...['requestAnimationFrame', 'cancelAnimationFrame', 'getComputedStyle', 'Document', 'HTMLInputElement'],
]) {
  Object.defineProperty(globalThis, name, {
    value: (window as unknown as Record<string, unknown>)[name],
    configurable: true,
    writable: true,
  });
}
