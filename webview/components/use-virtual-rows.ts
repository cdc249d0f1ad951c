/** @tanstack/virtual-core as a hook: which rows of a long list are near enough to the eye to be rendered. */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export interface VirtualRowsOptions {
  count: number;
  scroller: RefObject<HTMLElement | null>;
  keyOf: (index: number) => string;
  /** A guess in pixels, until the row is measured. */
  estimate: number;
  /** Rows that stay although they are out of sight: they have the focus. */
  pinned: readonly number[];
}

export interface VirtualRows {
  rows: { index: number; key: string; /** Empty space between this row and the one before. */ gap: number }[];
  /** Empty space after the last row. */
  after: number;
  measure: (element: HTMLElement | null) => void;
}

export function useVirtualRows({
  count,
  scroller,
  keyOf,
  estimate,
  pinned,
}: VirtualRowsOptions): VirtualRows {
  const [, render] = useReducer((renders: number) => renders + 1, 0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: keyOf,
    overscan: 4,
    rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const indexes = new Set([...defaultRangeExtractor(range), ...pinned.filter((index) => index < count)]);
      return [...indexes].sort((a, b) => a - b);
    },
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => render(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());

  let end = 0;
  const rows = virtualizer.getVirtualItems().map(({ index, key, start, end: itemEnd }) => {
    const gap = start - end;
    end = itemEnd;
    return { index, key: String(key), gap };
  });
  return { rows, after: virtualizer.getTotalSize() - end, measure: virtualizer.measureElement };
}
