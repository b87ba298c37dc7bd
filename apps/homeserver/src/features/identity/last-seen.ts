import type { DeviceId, UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Requester } from '../../http/requester.ts';
import type { Clock } from '../../platform/clock.ts';
import * as store from './device-store.ts';

const FLUSH_INTERVAL_MS = 60_000;
/** Of what a program says that it is, this much is kept, characters. */
const MAX_USER_AGENT_LENGTH = 512;

interface Seen {
  readonly atMs: number;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** When, from where and with which program devices asked last. Noted in memory with each request and written now and then, all at once. */
export class LastSeen {
  readonly #database: Database;
  readonly #clock: Clock;
  /** By the requester that the gate keeps for a session, so that a note costs no more than a map entry. */
  #noted = new Map<Requester, Seen>();

  #timer: NodeJS.Timeout | undefined;

  constructor(dependencies: { readonly database: Database; readonly clock: Clock }) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
  }

  note(requester: Requester, ip: string | undefined, userAgent: string | undefined): void {
    this.#noted.set(requester, {
      atMs: this.#clock.nowMs(),
      ip,
      userAgent: userAgent?.slice(0, MAX_USER_AGENT_LENGTH),
    });
  }

  /** What was noted last and is not written yet. */
  find(userId: UserId, deviceId: DeviceId): Seen | undefined {
    let latest: Seen | undefined;
    for (const [requester, seen] of this.#noted) {
      const isOfDevice = requester.userId === userId && requester.deviceId === deviceId;
      if (isOfDevice && (latest === undefined || latest.atMs <= seen.atMs)) latest = seen;
    }
    return latest;
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
    const sightings = new Map<string, store.Sighting>();
    for (const [{ userId, deviceId }, seen] of this.#noted) {
      if (deviceId === undefined) continue;
      // A session that the gate forgot and looked up again is noted twice.
      const key = `${userId} ${deviceId}`;
      if ((sightings.get(key)?.atMs ?? 0) <= seen.atMs) sightings.set(key, { userId, deviceId, ...seen });
    }
    this.#noted = new Map();
    if (sightings.size > 0) await this.#database.write((tx) => store.updateLastSeen(tx, [...sightings.values()]));
  }
}
