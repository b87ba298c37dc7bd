/**
 * What changed for one reader, newest last: the rooms of a user, or the people of a room. A poll that wakes up looks at
 * these and not at everything that there is. It grows with the number of things and not with that of changes. Complete for
 * positions after {@link completeAfter}.
 */
export class ChangeLog<Thing> {
  #positions: number[] = [];
  #things: Thing[] = [];
  #completeAfter: number;
  /** Things in the log when it was last made shorter. */
  #compactSize = 16;

  constructor(completeAfter: number) {
    this.#completeAfter = completeAfter;
  }

  get completeAfter(): number {
    return this.#completeAfter;
  }

  /** Position of the last change. */
  get last(): number {
    return this.#positions.at(-1) ?? this.#completeAfter;
  }

  /** Entries that are held: at most twice as many as there are things, however often they change. */
  get size(): number {
    return this.#things.length;
  }

  /** Positions are added in ascending order. */
  add(thing: Thing, position: number): void {
    const end = this.#things.length - 1;
    // A busy one takes one entry: who read up to the older change has not seen the newer.
    if (this.#things[end] === thing) {
      this.#positions[end] = position;
      return;
    }
    this.#positions.push(position);
    this.#things.push(thing);
    if (this.#things.length >= this.#compactSize * 2) this.#compact();
  }

  /** What changed after a position; undefined when the log does not go back so far. */
  since(position: number): ReadonlySet<Thing> | undefined {
    if (position < this.#completeAfter) return undefined;
    const changed = new Set<Thing>();
    for (let index = this.#things.length - 1; index >= 0; index -= 1) {
      const thing = this.#things[index];
      const at = this.#positions[index];
      if (thing === undefined || at === undefined || at <= position) break;
      changed.add(thing);
    }
    return changed;
  }

  /** Keeps the last change of each. */
  #compact(): void {
    const lastByThing = new Map<Thing, number>();
    this.#things.forEach((thing, index) => {
      lastByThing.delete(thing);
      lastByThing.set(thing, this.#positions[index] ?? 0);
    });
    this.#things = [...lastByThing.keys()];
    this.#positions = [...lastByThing.values()];
    this.#compactSize = Math.max(16, this.#things.length);
  }
}
