import { useCallback, useEffect, useRef, type RefObject } from 'react';

/** A wheel or a finger goes on scrolling for a moment after it was last heard of. */
const MOMENTUM_MS = 600;

/** Tells a person who scrolls from a list that moves by itself: what comes with wheel, finger, scroll bar or keys. */
export function usePersonScrolling(scroller: RefObject<HTMLElement | null>): () => boolean {
  const lastInputMs = useRef(Number.NEGATIVE_INFINITY);
  const isPressing = useRef(false);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const abort = new AbortController();
    const { signal } = abort;
    const note = (): void => {
      lastInputMs.current = performance.now();
    };
    for (const type of ['wheel', 'touchmove', 'keydown'] as const)
      element.addEventListener(type, note, { signal, passive: true });
    // On the scroll bar itself; a press on a message is none.
    element.addEventListener('pointerdown', ({ target }) => (isPressing.current = target === element), { signal });
    window.addEventListener('pointerup', () => (isPressing.current = false), { signal });
    return () => abort.abort();
  }, [scroller]);
  return useCallback(() => isPressing.current || performance.now() - lastInputMs.current < MOMENTUM_MS, []);
}
