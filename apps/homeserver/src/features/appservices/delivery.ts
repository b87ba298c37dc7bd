import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { OutboundError } from '../../platform/outbound/index.ts';
import type { CommittedEvent, RoomEvents, StoredEvent } from '../room-events/index.ts';
import type { Appservice } from './appservice.ts';
import { backoffMs } from './backoff.ts';
import { MAX_AT_ONCE, type EphemeralNews } from './ephemeral-news.ts';
import type { Interest } from './interest.ts';
import { isSuccess, type ServiceClient } from './service-client.ts';
import * as store from './store.ts';
import { countFitting, transactionBody } from './transaction.ts';

/** Events that wait in memory; while there are more, the rest is read from the database when its turn comes. */
const MAX_QUEUED = 500;
/** Events of all rooms that are looked through at once when a service is behind. */
const PAGE = 500;
/** Positions without anything of interest after which that is noted, so that a restart need not look there again. */
const MAX_UNNOTED = 5_000;
const TIMEOUT_MS = 60_000;

export interface DeliveryDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly roomEvents: RoomEvents;
  readonly client: ServiceClient;
}

interface Parts {
  readonly service: Appservice;
  readonly interest: Interest;
  /** Absent when the service did not ask for it. */
  readonly ephemeral: EphemeralNews | undefined;
}

/**
 * Tells one service what happens, in order and one transaction at a time.
 *
 * 1. A transaction that was not acknowledged before a restart is sent again, as it was.
 * 2. While the service is behind, events are read page by page from where it stands, and judged by who was where then.
 * 3. When it has caught up it follows: events of interest queue in the tick of their commit. When too many do, it is behind.
 * 4. Each transaction is durable before it is sent, together with the position after it, and sent until it is acknowledged.
 */
export class Delivery {
  readonly #d: DeliveryDependencies;
  readonly #service: Appservice;
  readonly #interest: Interest;
  readonly #ephemeral: EphemeralNews | undefined;
  readonly #stopping = new AbortController();
  #progress: store.Progress = { position: 0, transactionNumber: 0, pending: undefined };
  #queue: StoredEvent[] = [];
  /** Up to here everything of interest was sent or is in the queue. */
  #observed = 0;
  #isFollowing = false;
  /** Aborts when there may be something to do. */
  #idle = new AbortController();
  /** Aborts when a service that failed is worth another try. */
  #pausing = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(dependencies: DeliveryDependencies, { service, interest, ephemeral }: Parts) {
    this.#d = dependencies;
    this.#service = service;
    this.#interest = interest;
    this.#ephemeral = ephemeral;
  }

  async start(): Promise<void> {
    const { database, roomEvents, clock } = this.#d;
    const fresh = {
      position: roomEvents.position.current,
      // Beyond the numbers of an earlier database of this server, which the service may remember.
      transactionNumber: clock.nowMs(),
      pending: undefined,
    };
    this.#progress = await database.write(async (tx) => store.openProgress(tx, this.#service.id, fresh));
    this.#observed = this.#progress.position;
    roomEvents.onCommitted((events) => this.#observe(events));
    await this.#ephemeral?.open(() => this.#wake());
    this.#loop = this.#run();
  }

  /** The service has shown that it is there: no need to wait any longer. */
  retryNow(): void {
    this.#pausing.abort();
  }

  /** Ends a request that is under way; its transaction is sent again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    this.retryNow();
    await this.#loop;
  }

  #wake(): void {
    this.#idle.abort();
  }

  #observe(events: readonly CommittedEvent[]): void {
    if (!this.#isFollowing) return;
    const interesting = this.#interest.filterCommitted(events);
    this.#observed = events.at(-1)?.pos ?? this.#observed;
    for (const event of interesting) this.#queue.push(event);
    if (this.#queue.length > MAX_QUEUED) this.#follow(false);
    if (interesting.length > 0 || this.#observed - this.#progress.position > MAX_UNNOTED) this.#wake();
  }

  #follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#interest.follow(isFollowing);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      // Renewed before the look: news during the look is then not lost.
      this.#idle = new AbortController();
      try {
        await this.#step(this.#idle.signal);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#d.log.error({ err: error, service: this.#service.id }, 'an application service could not be served');
        await this.#pause(backoffMs(failures));
      }
    }
    await this.#noteProgress().catch((error: unknown) =>
      this.#d.log.warn({ err: error, service: this.#service.id }, 'how far a service was told was not noted'),
    );
  }

  async #step(idle: AbortSignal): Promise<void> {
    const { pending } = this.#progress;
    if (pending !== undefined) return this.#send(String(this.#progress.transactionNumber), pending);
    if (this.#queue.length > 0 || this.#ephemeral?.hasNews === true) return this.#makeTransaction();
    if (!this.#isFollowing && this.#observed < this.#d.roomEvents.position.current) return this.#readPage();
    // In the same turn as the comparison: no event falls between.
    if (!this.#isFollowing) this.#follow(true);
    if (this.#observed - this.#progress.position > MAX_UNNOTED) await this.#noteProgress();
    await sleep(undefined, idle);
  }

  async #readPage(): Promise<void> {
    const { database, roomEvents } = this.#d;
    const upTo = roomEvents.position.current;
    const events = (await roomEvents.listAllSince(database.reader, this.#observed, PAGE)).filter(
      ({ pos }) => pos <= upTo,
    );
    const roomNids = [...new Set(events.map(({ roomNid }) => roomNid))];
    const last = events.length === PAGE ? (events.at(-1)?.pos ?? upTo) : upTo;
    const stays = await roomEvents.listStays(database.reader, roomNids, this.#observed, last);
    this.#queue.push(...this.#interest.filterStored(events, stays));
    this.#observed = last;
  }

  /** Puts what waits into a transaction and keeps it. */
  async #makeTransaction(): Promise<void> {
    const { database, clock } = this.#d;
    const events = this.#queue.slice(0, countFitting(this.#queue));
    const isWhole = events.length === this.#queue.length;
    const position = isWhole ? this.#observed : (events.at(-1)?.pos ?? this.#progress.position);
    const transactionNumber = this.#progress.transactionNumber + 1;
    const taken = this.#ephemeral?.take() ?? { recipients: [], ephemeral: [] };
    try {
      const made = await database.write(async (tx) => {
        const toDevice = (await this.#ephemeral?.takeMessages(tx, taken)) ?? [];
        const isEmpty = events.length + taken.ephemeral.length + toDevice.length === 0;
        if (isEmpty) return { pending: undefined, mayHaveMore: false };
        const content = { events, ephemeral: taken.ephemeral, toDevice };
        const pending = transactionBody(content, this.#service.registration.ephemeral, clock.nowMs());
        await store.putTransaction(tx, this.#service.id, { position, transactionNumber, pending });
        return { pending, mayHaveMore: toDevice.length === MAX_AT_ONCE };
      });
      if (made.mayHaveMore) this.#ephemeral?.giveBack({ ...taken, ephemeral: [] });
      if (made.pending === undefined) return;
      this.#progress = { position, transactionNumber, pending: made.pending };
      this.#queue.splice(0, events.length);
    } catch (error) {
      this.#ephemeral?.giveBack(taken);
      throw error;
    }
  }

  /** Sends a transaction until it is acknowledged, or the server stops. */
  async #send(transactionId: string, body: string): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      const problem = await this.#findProblem(transactionId, body);
      if (problem === undefined) break;
      if (this.#stopping.signal.aborted) return;
      const { log } = this.#d;
      const line = { service: this.#service.id, problem, failures };
      // Once when it begins; a service that is down for a night needs no thousand lines.
      if (failures === 1) log.warn(line, 'an application service does not take its events; trying again');
      else log.debug(line, 'an application service still does not take its events');
      await this.#pause(backoffMs(failures));
      if (this.#stopping.signal.aborted) return;
    }
    this.#progress = { ...this.#progress, pending: undefined };
    await this.#d.database.write(async (tx) => store.clearTransaction(tx, this.#service.id));
  }

  async #findProblem(transactionId: string, body: string): Promise<string | undefined> {
    try {
      const response = await this.#d.client.request(this.#service, {
        method: 'PUT',
        path: `/transactions/${transactionId}`,
        body,
        timeoutMs: TIMEOUT_MS,
        signal: this.#stopping.signal,
      });
      return isSuccess(response) ? undefined : `status ${response.status}`;
    } catch (error) {
      if (error instanceof OutboundError) return error.kind;
      throw error;
    }
  }

  async #noteProgress(): Promise<void> {
    if (this.#queue.length > 0 || this.#progress.pending !== undefined || this.#observed === this.#progress.position)
      return;
    const position = this.#observed;
    await this.#d.database.write(async (tx) => store.skipTo(tx, this.#service.id, position));
    this.#progress = { ...this.#progress, position };
  }

  async #pause(durationMs: number): Promise<void> {
    this.#pausing = new AbortController();
    if (!this.#stopping.signal.aborted) await sleep(durationMs, this.#pausing.signal);
  }
}

/** Until the time is over or the signal aborts. */
async function sleep(durationMs: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (durationMs !== undefined) {
    await delay(durationMs, undefined, { signal }).catch(() => undefined);
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
