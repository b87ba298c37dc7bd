/**
 * The rooms that changed for one user, newest last: a poll that wakes up looks at these and not at all the user's rooms.
 * Complete for positions after {@link completeAfter}.
 */
export class ChangeLog<Room> {
  #positions: number[] = [];
  #rooms: Room[] = [];
  #completeAfter: number;
  /** Rooms in the log when it was last made shorter. */
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

  /** Positions are added in ascending order. */
  add(room: Room, position: number): void {
    const end = this.#rooms.length - 1;
    // A busy room takes one entry: who read up to the older change has not seen the newer.
    if (this.#rooms[end] === room) {
      this.#positions[end] = position;
      return;
    }
    this.#positions.push(position);
    this.#rooms.push(room);
    if (this.#rooms.length >= this.#compactSize * 2) this.#compact();
  }

  /** The rooms that changed after a position; undefined when the log does not go back so far. */
  since(position: number): ReadonlySet<Room> | undefined {
    if (position < this.#completeAfter) return undefined;
    const changed = new Set<Room>();
    for (let index = this.#rooms.length - 1; index >= 0; index -= 1) {
      const room = this.#rooms[index];
      const at = this.#positions[index];
      if (room === undefined || at === undefined || at <= position) break;
      changed.add(room);
    }
    return changed;
  }

  /** Keeps each room's last change. */
  #compact(): void {
    const lastByRoom = new Map<Room, number>();
    this.#rooms.forEach((room, index) => {
      lastByRoom.delete(room);
      lastByRoom.set(room, this.#positions[index] ?? 0);
    });
    this.#rooms = [...lastByRoom.keys()];
    this.#positions = [...lastByRoom.values()];
    this.#compactSize = Math.max(16, this.#rooms.length);
  }
}
