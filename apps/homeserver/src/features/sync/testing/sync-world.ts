import {
  findRoomVersion,
  parseServerName,
  parseUserId,
  type DeviceId,
  type JsonObject,
  type RoomId,
  type UserId,
} from '@stafette/protocol';
import { MovableClock, SeededRandom, type TestDatabase } from '@stafette/testkit';
import { sql } from '../../../database/sql.ts';
import { silentLog } from '../../../platform/log.ts';
import { Notifier } from '../../../streams/notifier.ts';
import { StreamPosition } from '../../../streams/stream-position.ts';
import { parseSyncToken } from '../../../streams/tokens.ts';
import { AccountData } from '../../account-data/index.ts';
import { IgnoredUsers } from '../../ignored-users/index.ts';
import { InvitePermissions } from '../../invite-permission/index.ts';
import { CompanionFinder } from '../../device-lists/index.ts';
import { Presence, type PresenceState } from '../../presence/index.ts';
import { countsInMain, openUnreadCounts, PushRules, unreadFlags, type UnreadCounts } from '../../push/index.ts';
import { openReceipts, type Receipts } from '../../receipts/index.ts';
import { RoomEvents, type EventIntent } from '../../room-events/index.ts';
import { createSigner, protocolCrypto } from '../../server-keys/index.ts';
import { ThreadSubscriptions } from '../../thread-subscriptions/index.ts';
import { Typing } from '../../typing/index.ts';
import { compileFilter } from '../v3/filter.ts';
import { Sync } from '../index.ts';
import { SlidingRequestReader } from '../sliding/read-request.ts';
import type { SlidingBody, SlidingQuestion } from './sliding-bodies.ts';
import type { StateAfterName } from '../v3/sync-request.ts';

const fail = (what: string): never => {
  throw new Error(what);
};

export const serverName = parseServerName('test.example') ?? fail('server name');
export const userNamed = (name: string): UserId => parseUserId(`@${name}:test.example`) ?? fail('user id');

export interface AskOptions {
  readonly since?: string | undefined;
  readonly filter?: JsonObject;
  readonly isFullState?: boolean;
  readonly stateAfter?: readonly StateAfterName[];
  readonly timeoutMs?: number;
  /** Absent: the request says nothing of its user's presence. */
  readonly setPresence?: PresenceState;
  readonly deviceId?: string;
  readonly signal?: AbortSignal;
}

/** Personal data belongs to accounts. */
export async function addAccounts({ database }: TestDatabase, userIds: readonly UserId[]): Promise<void> {
  await database.write((tx) =>
    tx.execute(
      sql`insert into account (user_id, kind, created_at) select user_id, 'user', 0 from unnest(${userIds}::text[]) as account (user_id)`,
    ),
  );
}

/** How long the server is away when it restarts. */
const RESTART_MS = 1000;

/**
 * Rooms, receipts, typing, rules, counts and synchronisation over a real database, without HTTP and accounts. With the
 * one before, the server after a restart.
 */
export async function openWorld(
  { database }: TestDatabase,
  seed = 1,
  before?: Pick<SyncWorld, 'clock'>,
): Promise<SyncWorld> {
  const clock = before?.clock ?? new MovableClock();
  if (before !== undefined) clock.advance(RESTART_MS);
  const notifier = new Notifier();
  const random = new SeededRandom(String(seed));
  const roomEvents = await RoomEvents.open({
    database,
    clock,
    random,
    log: silentLog,
    serverName,
    signer: createSigner('ed25519:a_test', new Uint8Array(32).fill(7)),
    crypto: protocolCrypto,
    policies: [],
    classifyUnread: unreadFlags,
    countsAsUnread: countsInMain,
  });
  const accountData = await AccountData.open({ database, notifier });
  const joinedLocalUsers = (roomId: RoomId): Iterable<UserId> =>
    roomEvents.loadedRoom(roomId)?.joinedLocalUsers() ?? [];
  const receipts = await openReceipts({ database, clock, notifier, roomEvents, accountData });
  const typing = new Typing({ clock, notifier, joinedLocalUsers });
  const pushRules = await PushRules.open({ database, notifier, defaults: {} });
  const ignored = new IgnoredUsers(accountData);
  const ignoredBy = (userId: UserId): Promise<ReadonlySet<string>> => ignored.of(userId);
  const invitePermissions = new InvitePermissions({ accountData, ignoredBy });
  const threadSubscriptions = await ThreadSubscriptions.open({ database, notifier, roomEvents });
  const unread = await openUnreadCounts({
    database,
    clock,
    log: silentLog,
    serverName,
    roomEvents,
    receipts,
    pushRules,
    threads: threadSubscriptions,
    quietThreads: false,
    ignoredBy,
  });
  const presence = await Presence.open({
    database,
    clock,
    log: silentLog,
    notifier,
    roomEvents,
    companions: new CompanionFinder(database, roomEvents),
  });
  const idle = new StreamPosition('idle', 0);
  const sync = new Sync({
    database,
    clock,
    random,
    notifier,
    roomEvents,
    receipts,
    typing,
    presence,
    pushRules,
    unread,
    accountData,
    ignoredBy,
    invitePermission: async (userId, inviter) => invitePermissions.of(userId, inviter),
    threadSubscriptions,
    toDevice: { position: idle, take: async () => ({ events: [], upTo: 0 }), acknowledge: async () => {} },
    deviceLists: { position: idle, changes: async () => ({ changed: [], left: [] }) },
    profileNews: {
      position: idle,
      onChanged: () => {},
      changes: async () => ({ changed: new Map(), left: new Set() }),
      read: async () => new Map(),
    },
    isSignedIn: async (_userId, deviceId) => deviceId !== 'GONE',
    oneTimeKeys: { counts: async () => ({ oneTimeKeys: {}, unusedFallbackTypes: [] }) },
  });

  const ask = async (userId: UserId, options: AskOptions = {}): Promise<SyncBody> => {
    const since = options.since === undefined ? undefined : (parseSyncToken(options.since) ?? fail('token'));
    const request = {
      userId,
      // Opaque text, of any form.
      deviceId: (options.deviceId ?? 'PHONE') as DeviceId,
      since,
      filter: compileFilter(options.filter ?? {}),
      isFullState: options.isFullState ?? false,
      stateAfter: options.stateAfter ?? [],
    };
    const signal = options.signal ?? new AbortController().signal;
    const asker = { ...request, setPresence: options.setPresence ?? 'offline' } as const;
    const text = await sync.v3.answer(asker, async () => request, options.timeoutMs ?? 0, signal);
    // The shape is what the tests are about.
    return JSON.parse(text) as SyncBody;
  };

  const slidingReader = new SlidingRequestReader();
  const slide = async (userId: UserId, question: SlidingQuestion = {}): Promise<SlidingBody> => {
    const { pos, timeout = 0, body = {}, deviceId = 'PHONE' } = question;
    // Opaque text, of any form.
    const who = { userId, deviceId: deviceId as DeviceId };
    const request = slidingReader.readSimplified(
      who,
      { ...(pos === undefined ? {} : { pos }), timeout, set_presence: 'offline' },
      body,
    );
    // The shape is what the tests are about.
    return JSON.parse(await sync.sliding.answer(request, new AbortController().signal)) as SlidingBody;
  };

  const createRoom = async (
    creator: UserId,
    { rule = 'public', visibility = 'shared', name }: RoomOptions = {},
  ): Promise<RoomId> => {
    const version = findRoomVersion('12') ?? fail('room version');
    const state = (type: string, content: JsonObject, stateKey = ''): EventIntent => ({
      type,
      stateKey,
      sender: creator,
      content,
    });
    const { roomId } = await roomEvents.createRoom(version, [
      state('m.room.create', { room_version: '12' }),
      state('m.room.member', { membership: 'join' }, creator),
      state('m.room.power_levels', { notifications: { room: 0 } }),
      state('m.room.join_rules', { join_rule: rule }),
      state('m.room.history_visibility', { history_visibility: visibility }),
      ...(name === undefined ? [] : [state('m.room.name', { name })]),
    ]);
    return roomId;
  };
  const setMembership = async (
    roomId: RoomId,
    sender: UserId,
    membership: string,
    target: UserId = sender,
  ): Promise<void> => {
    await roomEvents.append(roomId, [{ type: 'm.room.member', stateKey: target, sender, content: { membership } }]);
  };
  const send = async (roomId: RoomId, sender: UserId, body: string, content: JsonObject = {}): Promise<string> => {
    const [sent] = await roomEvents.append(roomId, [
      { type: 'm.room.message', sender, content: { msgtype: 'm.text', body, ...content } },
    ]);
    return sent?.eventId ?? fail('no event');
  };
  return {
    clock,
    notifier,
    roomEvents,
    accountData,
    receipts,
    typing,
    presence,
    pushRules,
    unread,
    sync,
    ask,
    slide,
    createRoom,
    setMembership,
    send,
  };
}

export interface SyncWorld {
  readonly clock: MovableClock;
  readonly notifier: Notifier;
  readonly roomEvents: RoomEvents;
  readonly accountData: AccountData;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly pushRules: PushRules;
  readonly unread: UnreadCounts;
  readonly sync: Sync;
  ask(userId: UserId, options?: AskOptions): Promise<SyncBody>;
  slide(userId: UserId, question?: SlidingQuestion): Promise<SlidingBody>;
  createRoom(creator: UserId, options?: RoomOptions): Promise<RoomId>;
  setMembership(roomId: RoomId, sender: UserId, membership: string, target?: UserId): Promise<void>;
  send(roomId: RoomId, sender: UserId, body: string, content?: JsonObject): Promise<string>;
}

interface RoomOptions {
  readonly rule?: string;
  readonly visibility?: string;
  readonly name?: string;
}

export interface EventBody {
  readonly type: string;
  readonly event_id: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: JsonObject;
  readonly unsigned?: JsonObject;
}

interface Events {
  readonly events: readonly EventBody[];
}

export interface RoomBody {
  readonly summary?: JsonObject;
  readonly state?: Events;
  readonly state_after?: Events;
  readonly timeline: Events & { readonly limited: boolean; readonly prev_batch: string };
  readonly ephemeral: Events;
  readonly account_data: Events;
  readonly unread_notifications?: { readonly notification_count: number; readonly highlight_count: number };
  readonly unread_thread_notifications?: Readonly<
    Record<string, { readonly notification_count: number; readonly highlight_count: number }>
  >;
}

export interface SyncBody {
  readonly next_batch: string;
  readonly presence?: Events;
  readonly account_data?: Events;
  readonly rooms?: {
    readonly join?: Readonly<Record<string, RoomBody>>;
    readonly leave?: Readonly<Record<string, RoomBody>>;
    readonly invite?: Readonly<Record<string, { readonly invite_state: Events }>>;
    readonly knock?: Readonly<Record<string, { readonly knock_state: Events }>>;
  };
}
