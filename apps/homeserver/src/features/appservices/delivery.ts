import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { CommittedEvent, RoomEvents, StoredEvent } from '../room-events/index.ts';
import type { Appservice } from './appservice.ts';
import type { DeviceNews } from './device-news.ts';
import type { EphemeralNews } from './ephemeral-news.ts';
import type { Interest } from './interest.ts';
import type { ServiceClient } from './service-client.ts';
import * as store from './store.ts';
import { countFitting, transactionBody } from './transaction.ts';
import { TransactionSender } from './transaction-sender.ts';
import { wait } from './wait.ts';

/** Events that wait in memory; while there are more, the rest is read from the database when its turn comes. */
const MAX_QUEUED = 500;
/** Events of all rooms that are looked through at once when a service is behind. */
const PAGE = 500;
/** Positions without anything of interest after which that is noted, so that a restart need not look there again. */
const MAX_UNNOTED = 5_000;

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
  /** The same. */
  readonly deviceNews: DeviceNews | undefined;
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
  readonly #deviceNews: DeviceNews | undefined;
  readonly #sender: TransactionSender;
  readonly #stopping = new AbortController();
  #progress: store.Progress = { position: 0, deviceListsPosition: 0, transactionNumber: 0, pending: undefined };
  #queue: StoredEvent[] = [];
  /** Up to here everything of interest was sent or is in the queue. */
  #observed = 0;
  #isFollowing = false;
  /** Aborts when there may be something to do. */
  #idle = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(dependencies: DeliveryDependencies, { service, interest, ephemeral, deviceNews }: Parts) {
    this.#d = dependencies;
    this.#service = service;
    this.#interest = interest;
    this.#ephemeral = ephemeral;
    this.#deviceNews = deviceNews;
    this.#sender = new TransactionSender(dependencies.client, service, dependencies.log, this.#stopping.signal);
  }

  async start(): Promise<void> {
    const { database, roomEvents, clock } = this.#d;
    const fresh = {
      position: roomEvents.position.current,
      deviceListsPosition: this.#deviceNews?.position ?? 0,
      // Beyond the numbers of an earlier database of this server, which the service may remember.
      transactionNumber: clock.nowMs(),
      pending: undefined,
    };
    this.#progress = await database.write(async (tx) => store.openProgress(tx, this.#service.id, fresh));
    this.#observed = this.#progress.position;
    roomEvents.onCommitted((events) => this.#observe(events));
    await this.#ephemeral?.open(() => this.#wake());
    await this.#deviceNews?.open(() => this.#wake());
    this.#loop = this.#run();
  }

  /** The service has shown that it is there: no need to wait any longer. */
  retryNow(): void {
    this.#sender.retryNow();
  }

  /** Ends a request that is under way; its transaction is sent again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
  }

  #wake(): void {
    this.#idle.abort();
  }

  #observe(events: readonly CommittedEvent[]): void {
    if (!this.#isFollowing) return;
    const interesting = this.#interest.filterCommitted(events);
    this.#observed = events.at(-1)?.pos ?? this.#observed;
    this.#queue.push(...interesting);
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
        await this.#sender.pause(failures);
      }
    }
    await this.#noteProgress().catch((error: unknown) =>
      this.#d.log.warn({ err: error, service: this.#service.id }, 'how far a service was told was not noted'),
    );
  }

  async #step(idle: AbortSignal): Promise<void> {
    const { pending } = this.#progress;
    if (pending !== undefined) return this.#send(pending);
    const hasNews = this.#ephemeral?.hasNews === true || this.#deviceNews?.hasNews === true;
    if (this.#queue.length > 0 || hasNews) return this.#makeTransaction();
    if (!this.#isFollowing && this.#observed < this.#d.roomEvents.position.current) return this.#readPage();
    // In the same turn as the comparison: no event falls between.
    if (!this.#isFollowing) this.#follow(true);
    if (this.#observed - this.#progress.position > MAX_UNNOTED) await this.#noteProgress();
    await wait(undefined, idle);
  }

  async #readPage(): Promise<void> {
    const { database, roomEvents } = this.#d;
    const upTo = roomEvents.position.current;
    const found = await roomEvents.listAllSince(database.reader, this.#observed, PAGE);
    const events = found.filter(({ pos }) => pos <= upTo);
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
    const before = this.#progress;
    // Before anything is waited for: what comes meanwhile belongs to the next transaction.
    const isWhole = events.length === this.#queue.length;
    const position = isWhole ? this.#observed : (events.at(-1)?.pos ?? before.position);
    const devices = await this.#deviceNews?.take(events, {
      deviceLists: before.deviceListsPosition,
      events: before.position,
    });
    const news = this.#ephemeral?.take();
    const next = {
      position,
      deviceListsPosition: devices?.deviceListsPosition ?? before.deviceListsPosition,
      transactionNumber: before.transactionNumber + 1,
    };
    try {
      const pending = await database.write(async (tx) => {
        const toDevice = news === undefined ? [] : await this.#ephemeral?.takeMessages(tx, news);
        const content = { events, ...news, toDevice, devices: devices?.members };
        const body = transactionBody(content, this.#service.registration.ephemeral, clock.nowMs());
        if (body !== undefined) await store.putTransaction(tx, this.#service.id, { ...next, pending: body });
        return body;
      });
      const { deviceListsPosition } = next;
      this.#progress = pending === undefined ? { ...before, deviceListsPosition } : { ...next, pending };
      this.#queue.splice(0, events.length);
    } catch (error) {
      if (news !== undefined) this.#ephemeral?.giveBack(news);
      if (devices !== undefined) this.#deviceNews?.giveBack(devices);
      throw error;
    }
  }

  async #send(body: string): Promise<void> {
    if (!(await this.#sender.send(String(this.#progress.transactionNumber), body))) return;
    this.#progress = { ...this.#progress, pending: undefined };
    await this.#d.database.write(async (tx) => store.clearTransaction(tx, this.#service.id));
  }

  async #noteProgress(): Promise<void> {
    const { position, pending } = this.#progress;
    if (this.#queue.length > 0 || pending !== undefined || this.#observed === position) return;
    const reached = this.#observed;
    await this.#d.database.write(async (tx) => store.skipTo(tx, this.#service.id, reached));
    this.#progress = { ...this.#progress, position: reached };
  }
}
