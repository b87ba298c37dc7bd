import { useEffect, useRef } from 'react';

export interface Shortcuts {
  readonly onSearch: () => void;
  readonly onSettings: () => void;
  /** To the room after (1) or before (-1) the current one. */
  readonly onStep: (step: 1 | -1) => void;
}

/** Those that people know from other Matrix clients. A dialog keeps the keys to itself. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (document.querySelector('.st-overlay') !== null) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && event.key === 'k') current.current.onSearch();
      else if (isCommand && event.key === ',') current.current.onSettings();
      else if (event.altKey && event.key === 'ArrowDown') current.current.onStep(1);
      else if (event.altKey && event.key === 'ArrowUp') current.current.onStep(-1);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
