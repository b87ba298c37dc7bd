import { useEffect, type RefObject } from 'react';

/**
 * Keeps the end in view for as long as `isSticking` says so, whatever grows: a row that is measured late, a picture, the
 * composer below, older messages above.
 */
export function useStickToBottom(scroller: RefObject<HTMLElement | null>, isSticking: RefObject<boolean>): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (isSticking.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [scroller, isSticking]);
}
