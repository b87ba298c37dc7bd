/** What the server has acknowledged: the memory of those who were told "it is sent". */
export class Ledger {
  readonly #eventIdsByMarker = new Map<string, string>();
  #contradictionCount = 0;

  /** `marker` is the message's transaction id, unique over the run, which is in its body as well. */
  acknowledge(marker: string, eventId: string): void {
    const known = this.#eventIdsByMarker.get(marker);
    if (known !== undefined && known !== eventId) this.#contradictionCount += 1;
    this.#eventIdsByMarker.set(marker, eventId);
  }

  get acknowledgedCount(): number {
    return this.#eventIdsByMarker.size;
  }

  /** How often one transaction id was answered with another event id than before. */
  get contradictionCount(): number {
    return this.#contradictionCount;
  }

  /** In the order of the first acknowledgements. */
  entries(): Iterable<readonly [marker: string, eventId: string]> {
    return this.#eventIdsByMarker.entries();
  }
}
