/**
 * The positions of one stream, in one process.
 *
 * A position is taken just before its row is written and becomes visible when the write is durable. Writes overlap, so a
 * later position can be durable first; `current` therefore never passes a position that is still being written, and a
 * reader who has seen everything up to `current` has missed nothing.
 */
export class StreamPosition {
  readonly name: string;
  #next: number;
  #current: number;
  /** Positions taken and not yet settled, in ascending order (insertion order of a Map). */
  readonly #inFlight = new Map<number, { last: number; isSettled: boolean; onVisible: (() => void) | undefined }>();

  constructor(name: string, lastStored: number) {
    this.name = name;
    this.#next = lastStored + 1;
    this.#current = lastStored;
  }

  /** Everything up to and including this position is durable and may be shown. */
  get current(): number {
    return this.#current;
  }

  /**
   * Takes `count` consecutive positions for the duration of `write`, which must resolve only after its commit.
   * `onVisible` runs when `current` has reached them; it does not run when `write` failed (a gap then remains, which no
   * reader minds).
   */
  async write<T>(count: number, write: (first: number) => Promise<T>, onVisible?: (result: T) => void): Promise<T> {
    const first = this.#next;
    this.#next += count;
    const entry: { last: number; isSettled: boolean; onVisible: (() => void) | undefined } = {
      last: first + count - 1,
      isSettled: false,
      onVisible: undefined,
    };
    this.#inFlight.set(first, entry);
    try {
      const result = await write(first);
      if (onVisible) entry.onVisible = () => onVisible(result);
      return result;
    } finally {
      entry.isSettled = true;
      this.#advance();
    }
  }

  #advance(): void {
    const visible: (() => void)[] = [];
    for (const [first, entry] of this.#inFlight) {
      if (!entry.isSettled) break;
      this.#inFlight.delete(first);
      this.#current = entry.last;
      if (entry.onVisible) visible.push(entry.onVisible);
    }
    for (const announce of visible) announce();
  }
}
