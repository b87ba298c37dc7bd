import type { DeviceId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Requester } from '../../http/requester.ts';
import type { Clock } from '../../platform/clock.ts';
import * as store from './device-store.ts';

const FLUSH_INTERVAL_MS = 60_000;

/** When and from where devices asked last. Noted in memory with each request and written now and then, all at once. */
export class LastSeen {
  readonly #database: Database;
  readonly #clock: Clock;
  /** By the requester that the gate keeps for a session, so that a note costs no more than a map entry. */
  #noted = new Map<Requester, { readonly atMs: number; readonly ip: string | undefined }>();

  #timer: NodeJS.Timeout | undefined;

  constructor(dependencies: { readonly database: Database; readonly clock: Clock }) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
  }

  note(requester: Requester, ip: string | undefined): void {
    this.#noted.set(requester, { atMs: this.#clock.nowMs(), ip });
  }

  /** What was noted and is not written yet. */
  find(userId: UserId, deviceId: DeviceId): { readonly atMs: number; readonly ip: string | undefined } | undefined {
    for (const [requester, seen] of this.#noted) {
      if (requester.userId === userId && requester.deviceId === deviceId) return seen;
    }
    return undefined;
  }

  /** Writes every minute from now on. `onFault` hears of what could not be written, and is lost. */
  start(onFault: (error: unknown) => void): void {
    this.#timer = setInterval(() => void this.flush().catch(onFault), FLUSH_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Ends writing, with a last time. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async flush(): Promise<void> {
    const sightings = [...this.#noted].flatMap(([{ userId, deviceId }, seen]) =>
      deviceId === undefined ? [] : [{ userId, deviceId, ...seen }],
    );
    this.#noted = new Map();
    if (sightings.length > 0) await this.#database.write((tx) => store.updateLastSeen(tx, sightings));
  }
}
