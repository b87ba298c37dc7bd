/**
 * Two pages on one set of keys would corrupt it, so one page at a time holds the session. Another may take it over.
 */
const NAME = 'stafette-session';

/** False when another page holds it. `onLost` is called when another takes it over. */
export async function takePageLock(onLost: () => void, isTakeOver: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const held = navigator.locks.request(NAME, isTakeOver ? { steal: true } : { ifAvailable: true }, async (lock) => {
      resolve(lock !== null);
      // Held until the page goes or another one steals it.
      if (lock !== null) await new Promise<never>(() => undefined);
    });
    held.catch(onLost);
  });
}
