/** Holes that are left before the list is packed. */
const MIN_HOLES = 32;

/** Items in the order in which they were last touched. Touching and removing take the same time however long the list is. */
export class RecencyList<Item extends string> {
  /** Oldest first, with holes where items were. */
  #items: (Item | undefined)[] = [];
  readonly #places = new Map<Item, number>();

  get size(): number {
    return this.#places.size;
  }

  has(item: Item): boolean {
    return this.#places.has(item);
  }

  /** Puts an item first, whether it was in the list or not. */
  touch(item: Item): void {
    this.#leaveHole(item);
    this.#places.set(item, this.#items.push(item) - 1);
    if (this.#items.length > 2 * this.#places.size + MIN_HOLES) this.#pack();
  }

  /** False when the item was not in the list. */
  remove(item: Item): boolean {
    this.#leaveHole(item);
    return this.#places.delete(item);
  }

  *newestFirst(): Generator<Item> {
    for (let place = this.#items.length - 1; place >= 0; place -= 1) {
      const item = this.#items[place];
      if (item !== undefined) yield item;
    }
  }

  #leaveHole(item: Item): void {
    const place = this.#places.get(item);
    if (place !== undefined) this.#items[place] = undefined;
  }

  #pack(): void {
    this.#items = this.#items.filter((item) => item !== undefined);
    this.#items.forEach((item, place) => item !== undefined && this.#places.set(item, place));
  }
}
