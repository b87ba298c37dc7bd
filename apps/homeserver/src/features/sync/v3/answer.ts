import { setImmediate } from 'node:timers/promises';
import type { RoomId, UserId } from '@stafette/protocol';
import type { Clock } from '../../../platform/clock.ts';
import type { DeviceListStream, OneTimeKeyCounts } from '../../../streams/sync-stream.ts';
import { encodeSyncToken, type SyncPositions } from '../../../streams/tokens.ts';
import type { InvitePermission } from '../../invite-permission/index.ts';
import type { Presence } from '../../presence/index.ts';
import { sessionKeyOf, toClientJson } from '../../room-events/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import type { OwnMembership } from '../core/own-membership.ts';
import type { AnswerContext } from './answer-context.ts';
import { chunksOf } from '../core/chunks-of.ts';
import { deletedRooms } from './deleted-rooms.ts';
import { pickFields } from './event-fields.ts';
import type { JoinedRooms } from './joined-room.ts';
import type { LazyMemberSession } from '../core/lazy-members.ts';
import type { LeftRooms } from './left-room.ts';
import { NOTHING_PERSONAL, readPersonal, type PersonalNews, type PersonalStreams } from './personal-news.ts';
import { readPresence, type PresenceNews } from './presence-news.ts';
import { candidatesOf, classifyRoom, type RoomPart } from './room-classes.ts';
import { accountDataEvent, eventList, objectOf, receiptEvent, typingEvent } from '../core/json.ts';
import { roomSection } from './room-json.ts';
import { SharedReader, type SharedReadDependencies, type SharedReads } from './shared-reads.ts';
import { membershipAt } from '../core/membership-at.ts';
import type { UserNews } from '../core/user-news.ts';
import { strippedState } from '../core/stripped-state.ts';
import type { SyncRequest } from './sync-request.ts';

export interface AnswerDependencies extends SharedReadDependencies, PersonalStreams {
  readonly clock: Clock;
  readonly news: UserNews;
  readonly presence: Presence | undefined;
  readonly deviceLists: DeviceListStream;
  readonly oneTimeKeys: OneTimeKeyCounts;
  readonly joinedRooms: JoinedRooms;
  readonly leftRooms: LeftRooms;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
  readonly invitePermission: (userId: UserId, inviter: UserId) => Promise<InvitePermission>;
}

export interface Answer {
  readonly text: string;
  readonly nextBatch: string;
  /** Where the answer ends; what `nextBatch` says. */
  readonly to: SyncPositions;
  /** Nothing is new: a request that may wait does. */
  readonly isEmpty: boolean;
}

/** Rooms that are built before the event loop gets its turn. */
const ROOMS_PER_TURN = 50;

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
  readonly #shared: SharedReader;

  constructor(dependencies: AnswerDependencies) {
    this.#d = dependencies;
    this.#shared = new SharedReader(dependencies);
  }

  async build(request: SyncRequest, active: ActiveUser, lazyMembers: LazyMemberSession | undefined): Promise<Answer> {
    const { userId, since } = request;
    const personalTo = this.#d.news.positions();
    const isPersonal = since === undefined || active.hasPersonalNews(since);
    const personal = isPersonal ? await readPersonal(this.#d, request, personalTo) : NOTHING_PERSONAL;
    const [memberships, ignored] = await Promise.all([
      this.#d.roomEvents.membershipsOf(userId),
      this.#d.ignoredBy(userId),
    ]);
    // No await from here to the candidates: positions, memberships and changes are of one moment.
    const { events, receipts, typing, presence } = this.#d.news.positions();
    // PersonalNews streams that were not read stay where the client has them: news of a write may come after its position.
    const reached = isPersonal ? { ...personalTo, toDevice: personal.toDevice.upTo } : since;
    const to: SyncPositions = { ...reached, events, receipts, typing, presence };
    const candidates =
      since === undefined || request.isFullState || personal.pushRules !== undefined
        ? [...memberships.values()]
        : candidatesOf(memberships, [...active.changedRooms(since), new Set(personal.roomAccountData.keys())]);
    const viewer = {
      userId,
      nowMs: this.#d.clock.nowMs(),
      sessionKey: sessionKeyOf(request),
      upTo: to.events,
      ignored,
      isErased: (sender: UserId) => this.#d.roomEvents.isErased(sender),
    };
    const { eventFields, isFederationFormat: wantsPdu } = request.filter;
    const context: AnswerContext = {
      request,
      to,
      lazyMembers,
      ignored,
      viewer,
      render: (event, membership, relations) => {
        const text = toClientJson(event, { ...viewer, membership, wantsPdu }, relations);
        return eventFields === undefined ? text : pickFields(text, eventFields);
      },
    };
    const parts = await this.#classify(candidates, context);
    const rooms = await this.#buildRooms(parts, context, personal);
    for (const [roomId, json] of await deletedRooms(this.#d, context, active, memberships))
      rooms.leave.set(roomId, json);
    const devices = await this.#deviceParts(context, isPersonal || active.mayHaveNewCompanions(since));
    const people = await readPresence(this.#d.presence, request, active, ignored);
    return this.#assemble(context, personal, { rooms, devices, presence: people });
  }

  async #classify(
    candidates: readonly ClassifiedCandidate[],
    { request }: AnswerContext,
  ): Promise<readonly RoomPart[]> {
    const { userId, filter, isFullState, since } = request;
    const showsInvite = async (inviter: UserId): Promise<boolean> =>
      (await this.#d.invitePermission(userId, inviter)) === 'allow';
    const question = {
      userId,
      since: since?.events,
      isFullState,
      filter,
      showsInvite,
      membershipAt: async (roomNid: number, pos: number) => membershipAt(this.#d, userId, roomNid, pos),
    };
    const parts = await Promise.all(candidates.map((own) => classifyRoom(own, question)));
    return parts.filter((part) => part !== undefined);
  }

  async #buildRooms(parts: readonly RoomPart[], context: AnswerContext, personal: PersonalNews): Promise<RoomSections> {
    const sections: RoomSections = { join: new Map(), invite: new Map(), knock: new Map(), leave: new Map() };
    const joined = parts.filter((part) => part.kind === 'join');
    const shared = await this.#shared.read(joined, context, personal);
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
            relations: shared.relations,
            reader: shared.readers.get(own.roomNid),
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

  #assemble(
    context: AnswerContext,
    personal: PersonalNews,
    { rooms, devices: { lists, counts }, presence: { people, isNews } }: AnswerParts,
  ): Answer {
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
      people.length > 0 ? ['presence', eventList(people)] : undefined,
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
      isEmpty: accountData.length === 0 && sections.length === 0 && !isNews && messages.length === 0 && !hasLists,
    };
  }
}

type ClassifiedCandidate = Parameters<typeof classifyRoom>[0];

type RoomSections = Readonly<Record<RoomPart['kind'], Map<RoomId, string>>>;

interface AnswerParts {
  readonly rooms: RoomSections;
  readonly devices: DeviceParts;
  readonly presence: PresenceNews;
}

interface DeviceParts {
  readonly lists: Awaited<ReturnType<DeviceListStream['changes']>> | undefined;
  readonly counts: Awaited<ReturnType<OneTimeKeyCounts['counts']>> | undefined;
}
