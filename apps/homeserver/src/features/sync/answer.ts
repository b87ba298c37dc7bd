import { setImmediate } from 'node:timers/promises';
import type { RoomId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type {
  AccountDataEntry,
  AccountDataStream,
  DeviceListStream,
  OneTimeKeyCounts,
  ToDeviceStream,
} from '../../streams/sync-stream.ts';
import { encodeSyncToken, type SyncPositions } from '../../streams/tokens.ts';
import type { PushRules, UnreadCounts } from '../push/index.ts';
import type { Receipts } from '../receipts/index.ts';
import { sessionKeyOf, toClientJson, type RoomEvents } from '../room-events/index.ts';
import type { Typing } from '../typing/index.ts';
import type { ActiveUser } from './active-users.ts';
import type { AnswerContext, OwnMembership } from './answer-context.ts';
import { pickFields } from './event-fields.ts';
import type { JoinedRooms } from './joined-room.ts';
import type { LazyMemberSession } from './lazy-members.ts';
import type { LeftRooms } from './left-room.ts';
import { candidatesOf, classifyRoom, type RoomPart } from './room-classes.ts';
import { accountDataEvent, eventList, objectOf, receiptEvent, roomSection, typingEvent } from './room-json.ts';
import { strippedState } from './stripped-state.ts';
import type { SyncRequest } from './sync-request.ts';
import { asFiltered, cutTimeline, limitOf, type Timeline } from './timeline.ts';

export interface AnswerDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly roomEvents: RoomEvents;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly pushRules: PushRules;
  readonly unread: UnreadCounts;
  readonly accountData: AccountDataStream;
  readonly toDevice: ToDeviceStream;
  readonly deviceLists: DeviceListStream;
  readonly oneTimeKeys: OneTimeKeyCounts;
  readonly joinedRooms: JoinedRooms;
  readonly leftRooms: LeftRooms;
  readonly ignoredBy: (userId: SyncRequest['userId']) => Promise<ReadonlySet<string>>;
}

export interface Answer {
  readonly text: string;
  readonly nextBatch: string;
  /** Where the answer ends; what `nextBatch` says. */
  readonly to: SyncPositions;
  /** Nothing is new: a request that may wait does. */
  readonly isEmpty: boolean;
}

/** Messages to a device in one answer; more follow in the next. */
const TO_DEVICE_LIMIT = 100;
/** Rooms whose timelines are read in one statement. */
const ROOMS_PER_STATEMENT = 100;
/** From here on one look at many rooms is cheaper than one at each. */
const MANY_ROOMS = 8;
/** Rooms that are built before the event loop gets its turn. */
const ROOMS_PER_TURN = 50;

const chunksOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

type JoinPart = Extract<RoomPart, { kind: 'join' }>;

/** What the personal streams have to say. */
interface Personal {
  readonly globalAccountData: readonly AccountDataEntry[];
  readonly roomAccountData: ReadonlyMap<RoomId, readonly AccountDataEntry[]>;
  readonly pushRules: string | undefined;
  readonly toDevice: { readonly events: readonly string[]; readonly upTo: number };
}

/**
 * Makes one answer.
 *
 * 1. Take the positions where the answer ends, in the same tick as the user's memberships: both name one moment.
 * 2. Read the personal streams, if there was personal news.
 * 3. Look at the rooms that changed and decide how each appears.
 * 4. Read receipts, typing, counts and timelines for all of them together.
 * 5. Build each room's part from texts that exist; put the parts together.
 */
export class AnswerBuilder {
  readonly #d: AnswerDependencies;

  constructor(dependencies: AnswerDependencies) {
    this.#d = dependencies;
  }

  /** Where all streams stand now. */
  positions(): SyncPositions {
    const { roomEvents, accountData, receipts, typing, toDevice, deviceLists, pushRules } = this.#d;
    return {
      events: roomEvents.position.current,
      accountData: accountData.position.current,
      receipts: receipts.position.current,
      typing: typing.position.current,
      toDevice: toDevice.position.current,
      deviceLists: deviceLists.position.current,
      pushRules: pushRules.position.current,
    };
  }

  async build(request: SyncRequest, active: ActiveUser, lazyMembers: LazyMemberSession | undefined): Promise<Answer> {
    const { userId, since } = request;
    const personalTo = this.positions();
    const isPersonal = since === undefined || active.hasPersonalNews(since);
    const personal = isPersonal ? await this.#readPersonal(request, personalTo) : NOTHING_PERSONAL;
    const [memberships, ignored] = await Promise.all([
      this.#d.roomEvents.membershipsOf(userId),
      this.#d.ignoredBy(userId),
    ]);
    // No await from here to the candidates: positions, memberships and changes are of one moment.
    const { events, receipts, typing } = this.positions();
    // Personal streams that were not read stay where the client has them: news of a write may come after its position.
    const reached = isPersonal ? { ...personalTo, toDevice: personal.toDevice.upTo } : since;
    const to: SyncPositions = { ...reached, events, receipts, typing };
    const candidates =
      since === undefined || request.isFullState || personal.pushRules !== undefined
        ? [...memberships.values()]
        : candidatesOf(memberships, [...active.changedRooms(since), new Set(personal.roomAccountData.keys())]);
    const viewer = { nowMs: this.#d.clock.nowMs(), sessionKey: sessionKeyOf(request) };
    const { eventFields } = request.filter;
    const context: AnswerContext = {
      request,
      to,
      lazyMembers,
      ignored,
      render: (event, membership) => {
        const text = toClientJson(event, { ...viewer, membership });
        return eventFields === undefined ? text : pickFields(text, eventFields);
      },
    };
    const parts = await this.#classify(candidates, context);
    const rooms = await this.#buildRooms(parts, context, personal);
    const devices = await this.#deviceParts(context, isPersonal || active.mayHaveNewCompanions(since));
    return this.#assemble(context, personal, rooms, devices);
  }

  async #readPersonal({ userId, deviceId, since }: SyncRequest, to: SyncPositions): Promise<Personal> {
    const { accountData, pushRules, toDevice } = this.#d;
    const [data, rules, messages] = await Promise.all([
      accountData.changes(userId, since?.accountData, to.accountData),
      pushRules.changes(userId, since?.pushRules, to.pushRules),
      deviceId === undefined
        ? { events: [], upTo: to.toDevice }
        : toDevice.take(userId, deviceId, since?.toDevice ?? 0, TO_DEVICE_LIMIT),
    ]);
    return { globalAccountData: data.global, roomAccountData: data.rooms, pushRules: rules, toDevice: messages };
  }

  async #classify(
    candidates: readonly ClassifiedCandidate[],
    { request, ignored }: AnswerContext,
  ): Promise<readonly RoomPart[]> {
    const membershipAt = async (roomNid: number, pos: number): Promise<string> => {
      const [event] = await this.#d.roomEvents.stateAt(this.#d.database.reader, roomNid, pos, [
        ['m.room.member', request.userId],
      ]);
      const membership = event?.content['membership'];
      return typeof membership === 'string' ? membership : 'leave';
    };
    const { userId, filter, isFullState, since } = request;
    const question = { userId, since: since?.events, isFullState, filter, ignored, membershipAt };
    const parts = await Promise.all(candidates.map((own) => classifyRoom(own, question)));
    return parts.filter((part) => part !== undefined);
  }

  async #buildRooms(parts: readonly RoomPart[], context: AnswerContext, personal: Personal): Promise<RoomSections> {
    const sections: RoomSections = { join: new Map(), invite: new Map(), knock: new Map(), leave: new Map() };
    const joined = parts.filter((part) => part.kind === 'join');
    const shared = await this.#readShared(joined, context, personal);
    const build = async (part: RoomPart): Promise<void> => {
      const json = await this.#buildPart(part, context, shared);
      if (json !== undefined) sections[part.kind].set(part.own.roomId, json);
    };
    for (const chunk of chunksOf(parts, ROOMS_PER_TURN)) {
      await Promise.all(chunk.map(build));
      // Hundreds of rooms are not to keep others waiting.
      if (parts.length > ROOMS_PER_TURN) await setImmediate();
    }
    return sections;
  }

  async #buildPart(part: RoomPart, context: AnswerContext, shared: SharedReads): Promise<string | undefined> {
    const { own } = part;
    const accountData = this.#roomAccountData(own.roomId, context, shared);
    switch (part.kind) {
      case 'invite':
      case 'knock': {
        const events = await strippedState(
          this.#d.roomEvents,
          this.#d.database.reader,
          part.own,
          context.request.userId,
        );
        return objectOf([[`${part.kind}_state`, eventList(events)]]);
      }
      case 'leave':
        return this.#d.leftRooms.build(context, own, part.after, accountData);
      case 'join':
        return this.#d.joinedRooms.build(
          context,
          own,
          part.after,
          part.after === undefined || context.request.isFullState,
          {
            ephemeral: this.#ephemeral(own, context, shared),
            accountData,
            unread: shared.unread.get(own.roomId),
            isUnreadDue: shared.isUnreadDue,
            timeline: shared.timelines.get(own.roomNid),
          },
        );
    }
  }

  #roomAccountData(roomId: RoomId, { request }: AnswerContext, shared: SharedReads): readonly string[] {
    const filter = request.filter.room.accountData;
    if (!filter.matchesRoom(roomId)) return [];
    return (shared.accountData.get(roomId) ?? [])
      .filter(({ type }) => filter.matchesType(type))
      .map(({ type, content }) => accountDataEvent(type, content));
  }

  #ephemeral({ roomId }: OwnMembership, { request }: AnswerContext, shared: SharedReads): readonly string[] {
    const filter = request.filter.room.ephemeral;
    if (!filter.matchesRoom(roomId)) return [];
    const receipts = shared.receipts.get(roomId);
    const typing = shared.typing.get(roomId);
    return [
      ...(receipts !== undefined && filter.matchesType('m.receipt') ? [receiptEvent(receipts)] : []),
      ...(typing !== undefined && filter.matchesType('m.typing') ? [typingEvent(typing)] : []),
    ];
  }

  /** Everything that is read for many rooms at once. */
  async #readShared(joined: readonly JoinPart[], context: AnswerContext, personal: Personal): Promise<SharedReads> {
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
    const timelines = new Map<number, Timeline>();
    // A filter that few events pass has to look at more than the newest: room by room.
    if (filter.isSelective || ignored.size > 0) return timelines;
    const limit = limitOf(filter);
    await Promise.all(
      chunksOf(rooms, ROOMS_PER_STATEMENT).map(async (chunk) => {
        const shown = chunk.filter((own) => filter.matchesRoom(own.roomId));
        const read = await this.#d.roomEvents.listTimelines(
          this.#d.database.reader,
          shown.map((own) => own.roomNid),
          to.events,
          limit,
        );
        for (const [roomNid, { events, isLimited }] of read) {
          timelines.set(
            roomNid,
            cutTimeline(events, !isLimited, to.events, (event) => filter.matches(asFiltered(event)), limit),
          );
        }
      }),
    );
    return timelines;
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

  /** Device lists change with keys and with who is in which room; counts of keys are part of every answer. */
  async #deviceParts({ request, to }: AnswerContext, mayHaveChanged: boolean): Promise<DeviceParts> {
    const { userId, deviceId, since } = request;
    const [lists, counts] = await Promise.all([
      mayHaveChanged && since !== undefined
        ? this.#d.deviceLists.changes(userId, {
            deviceLists: { from: since.deviceLists, to: to.deviceLists },
            events: { from: since.events, to: to.events },
          })
        : undefined,
      deviceId === undefined ? undefined : this.#d.oneTimeKeys.counts(userId, deviceId),
    ]);
    return { lists, counts };
  }

  #assemble(context: AnswerContext, personal: Personal, rooms: RoomSections, { lists, counts }: DeviceParts): Answer {
    const { request, to } = context;
    const nextBatch = encodeSyncToken(to);
    const filter = request.filter.accountData;
    const accountData = personal.globalAccountData
      .filter(({ type }) => filter.matchesType(type))
      .map(({ type, content }) => accountDataEvent(type, content));
    if (personal.pushRules !== undefined && filter.matchesType('m.push_rules'))
      accountData.push(accountDataEvent('m.push_rules', personal.pushRules));
    const sections = (['join', 'invite', 'knock', 'leave'] as const)
      .map((name) => roomSection(name, rooms[name]))
      .filter((section) => section !== undefined);
    const hasLists = lists !== undefined && (lists.changed.length > 0 || lists.left.length > 0);
    const { events: messages } = personal.toDevice;
    const text = objectOf([
      ['next_batch', JSON.stringify(nextBatch)],
      accountData.length > 0 ? ['account_data', eventList(accountData)] : undefined,
      sections.length > 0 ? ['rooms', objectOf(sections)] : undefined,
      messages.length > 0 ? ['to_device', eventList(messages)] : undefined,
      hasLists ? ['device_lists', JSON.stringify(lists)] : undefined,
      ...(counts === undefined
        ? []
        : ([
            ['device_one_time_keys_count', JSON.stringify(counts.oneTimeKeys)],
            ['device_unused_fallback_key_types', JSON.stringify(counts.unusedFallbackTypes)],
            ['org.matrix.msc2732.device_unused_fallback_key_types', JSON.stringify(counts.unusedFallbackTypes)],
          ] as const)),
    ]);
    return {
      text,
      nextBatch,
      to,
      isEmpty: accountData.length === 0 && sections.length === 0 && messages.length === 0 && !hasLists,
    };
  }
}

type ClassifiedCandidate = Parameters<typeof classifyRoom>[0];

type RoomSections = Readonly<Record<RoomPart['kind'], Map<RoomId, string>>>;

interface SharedReads {
  readonly receipts: ReadonlyMap<RoomId, string>;
  readonly typing: ReadonlyMap<RoomId, readonly SyncRequest['userId'][]>;
  readonly unread: Awaited<ReturnType<UnreadCounts['counts']>>;
  /** By room number. */
  readonly timelines: ReadonlyMap<number, Timeline>;
  readonly accountData: Personal['roomAccountData'];
  readonly isUnreadDue: boolean;
}

interface DeviceParts {
  readonly lists: Awaited<ReturnType<DeviceListStream['changes']>> | undefined;
  readonly counts: Awaited<ReturnType<OneTimeKeyCounts['counts']>> | undefined;
}

const NOTHING_PERSONAL: Personal = {
  globalAccountData: [],
  roomAccountData: new Map(),
  pushRules: undefined,
  toDevice: { events: [], upTo: 0 },
};
