import type { DeviceId, UserId } from '@stafette/protocol';

/** What is left of a device's keys. */
export interface KeyCounts {
  /** By algorithm. */
  readonly oneTimeKeys: Readonly<Record<string, number>>;
  readonly unusedFallbackTypes: readonly string[];
}

const MAX_DEVICES = 100_000;

/** Counts of recently asked devices: every answer of a synchronisation holds them, and they seldom change. */
export class KeyCountCache {
  readonly #known = new Map<string, KeyCounts>();
  /** Changes with every invalidation, so that a look-up that began before one is not kept after it. */
  #generation = 0;

  async get(userId: UserId, deviceId: DeviceId, look: () => Promise<KeyCounts>): Promise<KeyCounts> {
    const key = `${userId} ${deviceId}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const counts = await look();
    if (generation === this.#generation) {
      if (this.#known.size >= MAX_DEVICES) this.#known.clear();
      this.#known.set(key, counts);
    }
    return counts;
  }

  /** To be called after every commit that changed the keys of the device. */
  forget(userId: UserId, deviceId: DeviceId): void {
    this.#generation += 1;
    this.#known.delete(`${userId} ${deviceId}`);
  }
}
