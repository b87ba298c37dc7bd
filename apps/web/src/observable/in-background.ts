/**
 * Lets work go on by itself. What can fail in it is told by its own state; anything else is a fault, which surfaces as
 * an uncaught error instead of vanishing.
 */
export function inBackground(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    queueMicrotask(() => {
      throw error instanceof Error ? error : new Error(String(error));
    });
  });
}
