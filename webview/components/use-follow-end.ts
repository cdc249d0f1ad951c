/** Keeps the end in view while the reader is there, and leaves them alone once they have scrolled up. */
import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Pixels from the end that still count as being there. */
const NEAR = 24;

export interface FollowEnd {
  atEnd: boolean;
  toEnd: () => void;
}

/** `key` names what is shown; another one starts at its end. */
export function useFollowEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  key: string,
): FollowEnd {
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  /** Where the last jump to the end landed: above it, somebody else has scrolled. */
  const end = useRef(0);

  const stay = useCallback(() => {
    const element = scroller.current;
    if (element === null || !following.current) return;
    // A key, a search or a screen reader may have moved the view; their scroll event comes after this render.
    const possible = Math.min(end.current, element.scrollHeight - element.clientHeight);
    if (element.scrollTop < possible - NEAR) {
      following.current = false;
      return;
    }
    element.scrollTop = element.scrollHeight;
    end.current = element.scrollTop;
  }, []);
  const toEnd = useCallback(() => {
    following.current = true;
    end.current = 0;
    setAtEnd(true);
    stay();
  }, []);

  useLayoutEffect(toEnd, [key]);
  useLayoutEffect(stay);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || content.current === null) return undefined;
    let lastTop = element.scrollTop;
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      const near = scrollHeight - scrollTop - clientHeight <= NEAR;
      // Growth moves the end away without a step back; only a step back is the reader's.
      if (near) following.current = true;
      else if (scrollTop < lastTop - 1) following.current = false;
      lastTop = scrollTop;
      setAtEnd(near || following.current);
    };
    const onWheel = ({ deltaY }: WheelEvent) => {
      if (deltaY < 0 && element.scrollHeight > element.clientHeight) following.current = false;
    };
    const sizes = new ResizeObserver(stay);
    sizes.observe(content.current);
    sizes.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, []);
  return { atEnd, toEnd };
}
