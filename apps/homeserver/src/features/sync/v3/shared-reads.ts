import type { RoomId, UserId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import type { AccountDataStream } from '../../../streams/sync-stream.ts';
import type { UnreadCounts } from '../../push/index.ts';
import type { Receipts } from '../../receipts/index.ts';
import type { RoomEvents, RoomReader } from '../../room-events/index.ts';
import type { Typing } from '../../typing/index.ts';
import type { OwnMembership } from '../core/own-membership.ts';
import type { AnswerContext } from './answer-context.ts';
import type { PersonalNews } from './personal-news.ts';
import type { RoomPart } from './room-classes.ts';
import type { Timeline, Timelines } from '../core/timeline.ts';
import { relationsOf, type Relations } from '../core/timeline-relations.ts';
import { readersOfTimelines } from '../core/visible-timeline.ts';
import { asFiltered, limitOf } from './timeline-filter.ts';

/** From here on one look at many rooms is cheaper than one at each. */
const MANY_ROOMS = 8;

type JoinPart = Extract<RoomPart, { kind: 'join' }>;

export interface SharedReadDependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly unread: UnreadCounts;
  readonly accountData: AccountDataStream;
}

/** What was read for all joined rooms of an answer. */
export interface SharedReads {
  readonly receipts: ReadonlyMap<RoomId, string>;
  readonly typing: ReadonlyMap<RoomId, readonly UserId[]>;
  readonly unread: Awaited<ReturnType<UnreadCounts['counts']>>;
  /** By room number. */
  readonly timelines: ReadonlyMap<number, Timeline>;
  /** Of those timelines' events. */
  readonly relations: Relations;
  /** By room number; the gates of those timelines, where they had to be read. */
  readonly readers: ReadonlyMap<number, RoomReader>;
  readonly accountData: PersonalNews['roomAccountData'];
  readonly isUnreadDue: boolean;
}

/** Reads for many rooms at once what each of them needs. */
export class SharedReader {
  readonly #d: SharedReadDependencies;

  constructor(dependencies: SharedReadDependencies) {
    this.#d = dependencies;
  }

  async read(joined: readonly JoinPart[], context: AnswerContext, personal: PersonalNews): Promise<SharedReads> {
    const { request, to } = context;
    const { userId, since } = request;
    const fresh = joined.filter((part) => part.after === undefined).map((part) => part.own);
    const known = joined.filter((part) => part.after !== undefined).map((part) => part.own);
    const idsOf = (owns: readonly OwnMembership[]): readonly RoomId[] => owns.map((own) => own.roomId);
    // A room that the client did not have comes with all its account data.
    const hasNewRooms = since !== undefined && fresh.length > 0;
    const [freshReceipts, knownReceipts, unread, timelines, quiet, allData] = await Promise.all([
      this.#d.receipts.changes(fresh, userId, undefined, to.receipts),
      since === undefined
        ? new Map<RoomId, string>()
        : this.#d.receipts.changes(known, userId, since.receipts, to.receipts),
      this.#d.unread.counts(
        userId,
        joined.map((part) => part.own),
      ),
      this.#readTimelines(fresh, context),
      this.#quietTimelines(known, context),
      hasNewRooms ? this.#d.accountData.changes(userId, undefined, to.accountData) : undefined,
    ]);
    const [relations, readers] = await Promise.all([
      relationsOf(this.#d, timelines.values(), context.viewer),
      readersOfTimelines(this.#d, userId, fresh, timelines),
    ]);
    const freshTyping = this.#d.typing.changes(idsOf(fresh), undefined, to.typing);
    const knownTyping = since === undefined ? [] : this.#d.typing.changes(idsOf(known), since.typing, to.typing);
    const accountData = new Map(personal.roomAccountData);
    for (const { roomId } of allData === undefined ? [] : fresh)
      accountData.set(roomId, allData?.rooms.get(roomId) ?? []);
    return {
      receipts: new Map([...freshReceipts, ...knownReceipts]),
      typing: new Map([...freshTyping, ...knownTyping]),
      unread,
      timelines: new Map([...timelines, ...quiet]),
      relations,
      readers,
      accountData,
      isUnreadDue: personal.pushRules !== undefined,
    };
  }

  /** Timelines of rooms that are new to the client, some hundred rooms a statement. */
  async #readTimelines(
    rooms: readonly OwnMembership[],
    { request, to, ignored }: AnswerContext,
  ): Promise<ReadonlyMap<number, Timeline>> {
    const filter = request.filter.room.timeline;
    // A filter that few events pass has to look at more than the newest: room by room.
    if (filter.isSelective || ignored.size > 0) return new Map();
    const shown = rooms.filter((own) => filter.matchesRoom(own.roomId)).map((own) => own.roomNid);
    return this.#d.timelines.newest(shown, to.events, limitOf(filter), (event) => filter.matches(asFiltered(event)));
  }

  /** After a restart, or for a client that was away for long: one look at all rooms finds those where nothing happened. */
  async #quietTimelines(
    rooms: readonly OwnMembership[],
    { request, to }: AnswerContext,
  ): Promise<ReadonlyMap<number, Timeline>> {
    const { since } = request;
    if (since === undefined || rooms.length < MANY_ROOMS) return new Map();
    const roomNids = rooms.map((own) => own.roomNid);
    const changed = new Set(
      await this.#d.roomEvents.listChangedRooms(this.#d.database.reader, roomNids, since.events, to.events),
    );
    const quiet: Timeline = { events: [], isLimited: false, start: to.events, all: [] };
    return new Map(roomNids.filter((roomNid) => !changed.has(roomNid)).map((roomNid) => [roomNid, quiet]));
  }
}
