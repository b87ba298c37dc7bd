import { readStoredJson, type JsonObject, type ServerName } from '@stafette/protocol';
import { type Database } from '../../database/database.ts';
import { enqueueJob, type JobKind, type JobWorker } from '../../database/jobs.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  lifetimeOf,
  listRoomPolicies,
  listRoomsWithOldMessages,
  type PurgeRange,
  type RetentionLimits,
  type RoomEvents,
  type RoomKey,
} from '../room-events/index.ts';
import { shownFiles } from './shown-files.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly serverName: ServerName;
  readonly jobs: Pick<JobWorker, 'register'>;
  readonly roomEvents: RoomEvents;
  readonly limits: RetentionLimits;
  readonly removeMedia: (mediaId: string) => Promise<void>;
}

/** Between two rounds over all rooms. What expires meanwhile is hidden already. */
const EVERY_MS = 15 * 60 * 1000;
/** After this the round begins anew; it takes up where it was by itself. */
const LEASE_MS = 10 * 60 * 1000;
const ROOMS_AT_ONCE = 100;
const POSITIONS_AT_ONCE = 5_000;
const FILES_AT_ONCE = 100;
const ROUND = 'retention';
/** Never set aside: what has to be forgotten stays so, however often it failed. */
const MAX_ATTEMPTS = 2 ** 31 - 1;

/**
 * Forgets what rooms or the operator say is not to be kept: messages, and the files that only they showed. Everything is
 * found anew from what is stored, so that an interruption at any point loses nothing but time.
 */
export class Retention {
  readonly limits: RetentionLimits;
  readonly #d: Dependencies;

  private constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.limits = dependencies.limits;
  }

  static async open(dependencies: Dependencies): Promise<Retention> {
    const retention = new Retention(dependencies);
    const { database, roomEvents, serverName, jobs, clock } = dependencies;
    roomEvents.purge.onPurging(async (tx, purged) => {
      await store.removeMentions(
        tx,
        purged.events.map(({ pos }) => pos),
      );
      const files = shownFiles(purged, serverName);
      if (files.length > 0) await store.insertFilesToRemove(tx, files);
    });
    jobs.register(retention.#roundJob());
    await database.write((tx) => enqueueJob(tx, { kind: ROUND, key: ROUND, payload: {}, runAtMs: clock.nowMs() }));
    return retention;
  }

  /** Deletes what was said in a part of a room's history, and the files that only it showed. Throws when `signal` aborts. */
  async purgeHistory(room: RoomKey, range: PurgeRange, signal: AbortSignal): Promise<void> {
    await this.#d.roomEvents.purge.run(room, range, signal);
    await this.#removeFiles(signal);
    signal.throwIfAborted();
  }

  /**
   * Deletes a room with everything in it and attached to it, and the files that only it showed as far as it says so in
   * plain text. For everybody it is gone at once. To be repeated with the same number when it was interrupted.
   */
  async purgeRoom(room: RoomKey, signal: AbortSignal): Promise<void> {
    await this.#d.roomEvents.removal.run(room, signal);
    await this.#removeFiles(signal);
    signal.throwIfAborted();
  }

  /** Deletes everything that has expired by now. Resolves early when `signal` aborts. */
  async forgetExpired(signal: AbortSignal): Promise<void> {
    const { database, clock, roomEvents, limits } = this.#d;
    const onlyWithPolicy = limits.defaultMs === undefined;
    for (let afterNid = 0; !signal.aborted;) {
      const rooms = await listRoomPolicies(database.reader, { afterNid, onlyWithPolicy, limit: ROOMS_AT_ONCE });
      const limited = rooms.flatMap(({ nid, id, contentJson }) => {
        // Stored contents are objects.
        const policy = contentJson === undefined ? undefined : (readStoredJson(contentJson) as JsonObject);
        const lifetimeMs = lifetimeOf(policy, limits);
        return lifetimeMs === undefined ? [] : [{ nid, id, untilMs: clock.nowMs() - lifetimeMs }];
      });
      const due = await listRoomsWithOldMessages(database.reader, limited);
      for (const { nid, id, untilMs } of limited)
        if (due.has(nid))
          await roomEvents.purge.run({ nid, id }, { untilMs, beforePos: Number.MAX_SAFE_INTEGER }, signal);
      const last = rooms.at(-1);
      if (last === undefined) break;
      afterNid = last.nid;
    }
    await this.#removeFiles(signal);
  }

  async #removeFiles(signal: AbortSignal): Promise<void> {
    const { database, roomEvents, removeMedia } = this.#d;
    if (!(await store.hasFilesToRemove(database.reader))) return;
    const upTo = roomEvents.position.current;
    for (let after = await store.findMentionProgress(database.reader); after < upTo && !signal.aborted;) {
      const next = Math.min(after + POSITIONS_AT_ONCE, upTo);
      const from = after;
      await database.write((tx) => store.insertMentions(tx, from, next));
      after = next;
    }
    while (!signal.aborted) {
      const mediaIds = await store.listUnmentionedFiles(database.reader, FILES_AT_ONCE);
      if (mediaIds.length === 0) return;
      for (const mediaId of mediaIds) {
        await removeMedia(mediaId);
        await store.removeFilesToRemove(database, mediaId);
      }
    }
  }

  #roundJob(): JobKind {
    const { database, clock } = this.#d;
    return {
      kind: ROUND,
      leaseMs: LEASE_MS,
      maxAttempts: MAX_ATTEMPTS,
      run: async (_payload, { signal }) => {
        await this.forgetExpired(signal);
        signal.throwIfAborted();
        const runAtMs = clock.nowMs() + EVERY_MS;
        await database.write((tx) => enqueueJob(tx, { kind: ROUND, key: ROUND, payload: {}, runAtMs }));
      },
    };
  }
}
