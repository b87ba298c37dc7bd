import { notFound } from '@stafette/contracts';
import { parseEventId, parseRoomId, parseUserId, type UserId } from '@stafette/protocol';
import type { Database, WriteTx } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import { canSee, type RoomEvents, type RoomView } from '../room-events/index.ts';
import { maySeeSummary } from '../rooms/index.ts';
import * as store from './store.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly roomEvents: RoomEvents;
  /** Whether this server has such an account. */
  readonly isPerson: (userId: UserId) => Promise<boolean>;
}

interface Statement {
  readonly reporter: UserId;
  readonly reason: string;
  readonly score?: number | undefined;
}

/** Most reports of one list. */
const MAX_LIMIT = 500;

/**
 * What people tell the administrators. What the reporter may not see is not there, in whatever way it is hidden.
 * https://spec.matrix.org/v1.19/client-server-api/#reporting-content
 */
export class Reports {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
    const { purge, removal } = dependencies.roomEvents;
    purge.onPurging((tx, { events }) =>
      store.clearReasonsOfEvents(
        tx,
        events.map(({ eventId }) => eventId),
      ),
    );
    removal.onRemoving((tx, { id }) => store.clearReasonsOfRoom(tx, id));
  }

  async reportRoom(roomIdText: string, statement: Statement): Promise<void> {
    const { roomEvents } = this.#d;
    const { reporter } = statement;
    const room = await this.#findRoom(roomIdText);
    const isKnown =
      room !== undefined &&
      (room.membershipOf(reporter) !== undefined ||
        maySeeSummary(room, reporter, await roomEvents.membershipsOf(reporter)));
    if (!isKnown) throw notFound('There is no such room');
    await this.#insert({ kind: 'room', roomId: room.id, eventId: null, userId: null }, statement);
  }

  /** Only of a room that the reporter is in. */
  async reportEvent(roomIdText: string, eventIdText: string, statement: Statement): Promise<void> {
    const { database, roomEvents } = this.#d;
    const room = await this.#findRoom(roomIdText);
    const eventId = parseEventId(eventIdText);
    const isMember = room?.membershipOf(statement.reporter) === 'join';
    const [event] = eventId !== undefined && isMember ? await roomEvents.getEvents(database.reader, [eventId]) : [];
    const isVisible =
      room !== undefined &&
      event?.roomId === room.id &&
      (await canSee(database.reader, room, statement.reporter, event));
    if (!isVisible) throw notFound('There is no such event, or you are not in its room');
    await this.#insert({ kind: 'event', roomId: room.id, eventId: event.eventId, userId: event.sender }, statement);
  }

  async reportUser(userIdText: string, statement: Statement): Promise<void> {
    const userId = parseUserId(userIdText);
    const isKnown =
      userId !== undefined &&
      ((await this.#d.isPerson(userId)) ||
        (await this.#d.roomEvents.usersSharingRooms(statement.reporter)).has(userId));
    if (!isKnown) throw notFound('There is no such user');
    await this.#insert({ kind: 'user', roomId: null, eventId: null, userId }, statement);
  }

  /** For administrators: the newest first, those before `before` where it is given. */
  async list(query: Partial<store.ReportQuery> = {}): Promise<readonly store.Report[]> {
    return store.list(this.#d.database.reader, { ...query, limit: Math.min(query.limit ?? MAX_LIMIT, MAX_LIMIT) });
  }

  /** For administrators: a page of the reports of one kind, and how many there are. */
  async listOfKind(
    kind: store.Report['kind'],
    query: store.KindQuery,
  ): Promise<{ readonly reports: readonly store.Report[]; readonly total: number }> {
    return store.listOfKind(this.#d.database.reader, kind, query);
  }

  /** Throws M_NOT_FOUND, also for a report of another kind. */
  async get(id: number, kind: store.Report['kind']): Promise<store.Report> {
    const report = await store.find(this.#d.database.reader, id, kind);
    if (report === undefined) throw notFound('There is no such report');
    return report;
  }

  /** An administrator has dealt with it. False when there is no such open report. */
  async resolve(id: number, resolvedBy: UserId): Promise<boolean> {
    const nowMs = this.#d.clock.nowMs();
    return this.#d.database.write(async (tx) => store.setResolved(tx, id, resolvedBy, nowMs));
  }

  /** Throws M_NOT_FOUND, also for a report of another kind; `note` belongs to the same transaction. */
  async remove(id: number, kind: store.Report['kind'], note: (tx: WriteTx) => Promise<void>): Promise<void> {
    await this.#d.database.write(async (tx) => {
      if (!(await store.remove(tx, id, kind))) throw notFound('There is no such report');
      await note(tx);
    });
  }

  async #findRoom(text: string): Promise<RoomView | undefined> {
    const roomId = parseRoomId(text);
    return roomId === undefined ? undefined : this.#d.roomEvents.findRoom(roomId);
  }

  async #insert(subject: store.ReportSubject, { reporter, reason, score }: Statement): Promise<void> {
    const report = { ...subject, reporter, reason, score: score ?? null, reportedAt: this.#d.clock.nowMs() };
    await this.#d.database.write(async (tx) => store.insert(tx, report));
  }
}
