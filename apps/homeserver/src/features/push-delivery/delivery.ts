import { readStoredJson, type JsonObject, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Destination, Pushers, UnreadCounts } from '../push/index.ts';
import { threadRootOf } from '../push/index.ts';
import type { RoomEvents, StoredEvent } from '../room-events/index.ts';
import type { Attempt } from './attempt.ts';
import { GatewayLanes, retryAfterMs } from './gateway-lanes.ts';
import { postToGateway } from './http-gateway.ts';
import { badgeNotification, eventNotification, webPushNotification } from './notification.ts';
import * as store from './store.ts';
import { sendUnreadMail, wasMailed, type UnreadMails } from './unread-mail.ts';
import { sendWebPush, type WebPushSender } from './web-push.ts';

interface Dependencies extends WebPushSender {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly roomEvents: RoomEvents;
  readonly pushers: Pushers;
  readonly unread: UnreadCounts;
  /** Whether gateways may be told what an event says. */
  readonly includesContent: boolean;
  /** Undefined where nobody is written to. */
  readonly unreadMails: UnreadMails | undefined;
}

/** A notification that could not be delivered for so long is given up. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;
/** How often it is looked whether something that failed is due again. */
const POLL_MS = 1_000;

/**
 * Delivers what is queued: to each pusher one after the other and in order, to different ones at the same time. What fails is
 * tried again later and later; what arrived is removed from the queue, so that a crash repeats it at most.
 */
export class Delivery {
  readonly #d: Dependencies;
  readonly #lanes: GatewayLanes;
  readonly #busy = new Map<number, Promise<void>>();
  /** Handled, and still in the queue. */
  #handled: store.DuePush[] = [];
  readonly #stopping = new AbortController();
  #news = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    this.#lanes = new GatewayLanes(dependencies.clock);
  }

  start(): void {
    this.#loop ??= this.#work();
  }

  /** There is something new in the queue. */
  wake(): void {
    this.#news.resolve();
  }

  /** Breaks off what is under way; it is sent again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#loop;
    await Promise.all(this.#busy.values());
    await this.#settle();
  }

  /** Takes what is too old off the queue. */
  async prune(): Promise<void> {
    const before = this.#d.clock.nowMs() - LIFETIME_MS;
    await this.#d.database.write((tx) => store.removeQueuedBefore(tx, before));
  }

  /** Tells a client how much is unread. Not worth a second attempt: the next notification says it as well. */
  async sendBadge(destination: Destination, unread: number): Promise<void> {
    const gateway = destination.url.origin;
    if (this.#stopping.signal.aborted || !this.#lanes.enter(gateway)) return;
    const attempt = await this.#post(destination, badgeNotification(destination, unread));
    this.#leave(gateway, attempt);
    if (attempt.outcome === 'gone') await this.#d.pushers.remove([destination.id]);
  }

  /** Sends the token with which a client shows that it gets what is sent to its address. */
  async sendActivation(destination: Destination, ackToken: string): Promise<void> {
    const message = { app_id: destination.pusher.app_id, ack_token: ackToken };
    const attempt = await sendWebPush(this.#d, destination, message, this.#stopping.signal);
    if (attempt.outcome === 'gone') await this.#d.pushers.remove([destination.id]);
  }

  async #work(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      // Renewed before the look: what comes during the look is then not lost.
      this.#news = Promise.withResolvers<void>();
      const { promise } = this.#news;
      try {
        await this.#settle();
        await this.#startDue();
      } catch (error) {
        this.#d.log.error({ err: error }, 'queued notifications are not readable and are looked at again');
      }
      const timer = setTimeout(() => this.wake(), POLL_MS);
      await promise;
      clearTimeout(timer);
    }
  }

  /** Removes what was handled; its pushers have their next turn then. */
  async #settle(): Promise<void> {
    const handled = this.#handled;
    if (handled.length === 0) return;
    // What arrives meanwhile is for the next time.
    this.#handled = [];
    try {
      await this.#d.database.write((tx) => store.removePending(tx, handled));
    } catch (error) {
      this.#handled.push(...handled);
      throw error;
    }
    for (const { pusherId } of handled) this.#busy.delete(pusherId);
  }

  async #startDue(): Promise<void> {
    const { database, clock, pushers, roomEvents } = this.#d;
    if (this.#lanes.freeCount === 0 || pushers.index.isEmpty) return;
    const due = await store.listDue(database.reader, {
      nowMs: clock.nowMs(),
      busy: [...this.#busy.keys()],
      closed: this.#lanes.closed(),
      only: this.#lanes.hasRoomForUnproven ? undefined : this.#lanes.proven(),
      limit: this.#lanes.freeCount,
    });
    if (due.length === 0) return;
    const destinations = new Map(
      (await pushers.listDestinations(due.map((push) => push.pusherId))).map((found) => [found.id, found]),
    );
    const events = new Map(
      (await roomEvents.getEvents(database.reader, [...new Set(due.map((push) => push.eventId))])).map(
        (event) => [event.eventId, event] as const,
      ),
    );
    for (const push of due) {
      const destination = destinations.get(push.pusherId);
      if (destination === undefined) continue;
      // Its gateway is full: another look passes over it and finds what goes elsewhere.
      if (this.#lanes.enter(push.gateway))
        this.#busy.set(push.pusherId, this.#deliver(push, destination, events.get(push.eventId)));
      else this.wake();
    }
  }

  async #deliver(push: store.DuePush, destination: Destination, event: StoredEvent | undefined): Promise<void> {
    let attempt: Attempt | undefined;
    try {
      const body = event === undefined ? undefined : await this.#compose(push, destination, event);
      if (body !== undefined) attempt = await this.#post(destination, body);
    } catch (error) {
      this.#d.log.error({ err: error }, 'a notification could not be made');
      attempt = { outcome: 'refused', retryAfterMs: 0 };
    }
    const failures = this.#leave(push.gateway, attempt);
    const isDone = attempt?.outcome === 'delivered' || attempt?.outcome === 'resting';
    if (!this.#stopping.signal.aborted || isDone) await this.#finish(push, attempt, failures);
    this.wake();
  }

  /** Undefined when it is not worth sending: too old, read, withdrawn, or the user has gone. */
  async #compose(push: store.DuePush, destination: Destination, event: StoredEvent): Promise<JsonObject | undefined> {
    const { clock, roomEvents, unread, includesContent } = this.#d;
    const { userId, kind } = destination;
    if (event.redactedBy !== undefined || push.queuedAtMs + LIFETIME_MS <= clock.nowMs()) return undefined;
    const room = await roomEvents.findRoom(event.roomId);
    const membership = room?.membershipOf(userId);
    if (room === undefined || (membership !== 'join' && !(membership === 'invite' && event.stateKey === userId)))
      return undefined;
    const thread = threadRootOf(event.content) ?? 'main';
    if (membership === 'join' && event.pos <= (await unread.readUpTo(userId, event.roomNid, thread))) return undefined;
    if (kind === 'email') return wasMailed(push) ? undefined : {};
    const count = await this.countUnread(userId);
    const news = { event, room, tweaks: readStoredJson(push.tweaks) };
    return kind === 'webpush'
      ? webPushNotification(destination, news, count)
      : eventNotification(destination, news, count, includesContent);
  }

  /** Messages that a user has not read, in all rooms and threads. */
  async countUnread(userId: UserId): Promise<number> {
    const memberships = [...(await this.#d.roomEvents.membershipsOf(userId)).values()];
    const joined = memberships.filter((own) => own.membership === 'join');
    let sum = 0;
    for (const { main, threads } of (await this.#d.unread.counts(userId, joined)).values()) {
      sum += main.notificationCount;
      for (const thread of threads.values()) sum += thread.notificationCount;
    }
    return sum;
  }

  async #post(destination: Destination, body: JsonObject): Promise<Attempt> {
    switch (destination.kind) {
      case 'email':
        return sendUnreadMail(this.#d.unreadMails, destination);
      case 'webpush':
        return sendWebPush(this.#d, destination, body, this.#stopping.signal);
      case 'http':
        return postToGateway(this.#d.outbound, destination, body, this.#stopping.signal);
    }
  }

  #leave(gateway: string, attempt: Attempt | undefined): number {
    return this.#lanes.leave(gateway, attempt === undefined ? undefined : attempt.outcome !== 'unreachable');
  }

  async #finish(push: store.DuePush, attempt: Attempt | undefined, unreachable: number): Promise<void> {
    try {
      if (await this.#postpone(push, attempt, unreachable)) {
        this.#busy.delete(push.pusherId);
        return;
      }
      if (attempt?.outcome === 'gone') await this.#d.pushers.remove([push.pusherId]);
      this.#handled.push(push);
    } catch (error) {
      this.#d.log.error({ err: error }, 'the outcome of a notification was not written');
      this.#busy.delete(push.pusherId);
    }
  }

  /** False when there is nothing to be tried again. */
  async #postpone(push: store.DuePush, attempt: Attempt | undefined, unreachable: number): Promise<boolean> {
    const { database, clock } = this.#d;
    if (attempt?.outcome === 'unreachable') {
      const dueAtMs = clock.nowMs() + retryAfterMs(unreachable);
      await database.write((tx) => store.postponeGateway(tx, push.gateway, unreachable, dueAtMs));
      return true;
    }
    if (attempt?.outcome === 'resting') {
      // As after a failure: of what comes meanwhile the newest waits.
      await database.write((tx) => store.postponePusher(tx, push.pusherId, 1, clock.nowMs() + attempt.retryAfterMs));
      return true;
    }
    if (attempt?.outcome !== 'refused') return false;
    const failures = push.failures + 1;
    const dueAtMs = clock.nowMs() + Math.max(retryAfterMs(failures), attempt.retryAfterMs);
    await database.write((tx) => store.postponePusher(tx, push.pusherId, failures, dueAtMs));
    return true;
  }
}
