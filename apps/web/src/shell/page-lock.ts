/**
 * Two pages on one set of keys would corrupt it, so one page at a time holds the session. Another may take it over.
 */
const NAME = 'stafette-session';

/** A page that is just being left, as in a reload, lets go a moment after the next one asks. */
const PATIENCE_MS = 3_000;

/** False when another page holds it. `onLost` is called when another takes it over. */
export async function takePageLock(onLost: () => void, isTakeOver: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let isHeld = false;
    const options: LockOptions = isTakeOver ? { steal: true } : { signal: AbortSignal.timeout(PATIENCE_MS) };
    const request = navigator.locks.request(NAME, options, async () => {
      isHeld = true;
      resolve(true);
      // Held until the page goes or another one steals it.
      await new Promise<never>(() => undefined);
    });
    request.catch(() => (isHeld ? onLost() : resolve(false)));
  });
}
