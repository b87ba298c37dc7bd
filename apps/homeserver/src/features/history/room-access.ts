import { forbidden, invalidParam, notFound } from '@stafette/contracts';
import { parseEventId, parseRoomId, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Requester } from '../../http/requester.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  readerOf,
  sessionKeyOf,
  toClientJson,
  wasEverJoined,
  type RoomEvents,
  type RoomReader,
  type RoomView,
  type StoredEvent,
} from '../room-events/index.ts';

export interface HistoryOptions {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly clock: Clock;
  /** Whose messages the user does not want to see. */
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
  /** Opens rooms by another right than that of their members. */
  readonly open?: (requester: Requester, roomIdText: string) => Promise<RoomAccess>;
}

/** One reader in one room: what they may ask about, and how it is shown to them. */
export interface RoomAccess {
  readonly room: RoomView;
  readonly requester: Requester;
  /** The newest position they may see anything of: now, or when they left. */
  readonly upTo: number;
  /** Whether they are in the room. */
  readonly isMember: boolean;
  /** The gate, where it does not follow from who reads. */
  readonly reader?: RoomReader;
}

/** Opens a room for a reader, or refuses like a room that does not exist. https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility */
export async function openRoom(
  { roomEvents, database, open }: HistoryOptions,
  requester: Requester,
  roomIdText: string,
): Promise<RoomAccess> {
  if (open !== undefined) return open(requester, roomIdText);
  if (parseRoomId(roomIdText) === undefined) throw invalidParam('This is not a room id');
  const room = await roomEvents.findRoom(roomIdText);
  const hidden = forbidden('You are not in this room');
  if (room === undefined) throw hidden;
  const { userId } = requester;
  const current = roomEvents.position.current;
  const membership = room.membershipOf(userId);
  if (membership === 'join') return { room, requester, upTo: current, isMember: true };
  if (room.historyVisibility === 'world_readable') return { room, requester, upTo: current, isMember: false };
  if (membership !== 'leave' && membership !== 'ban') throw hidden;
  const record = (await roomEvents.membershipsOf(userId)).get(room.id);
  // Somebody whose invitation was withdrawn has never been in the room.
  if (record === undefined || record.isForgotten || !(await wasEverJoined(database.reader, room.nid, userId)))
    throw hidden;
  return { room, requester, upTo: record.pos, isMember: false };
}

/** The gate that decides event by event. */
export const gateOf = async (
  { database }: HistoryOptions,
  { room, requester, reader }: RoomAccess,
  oldestPos = 0,
): Promise<RoomReader> => reader ?? readerOf(database.reader, room, requester.userId, oldestPos);

/** An event of this room that the reader may see; M_NOT_FOUND otherwise, whatever the reason. */
export async function getVisibleEvent(
  options: HistoryOptions,
  access: RoomAccess,
  eventIdText: string,
): Promise<StoredEvent> {
  const eventId = parseEventId(eventIdText);
  const [event] = eventId === undefined ? [] : await options.roomEvents.getEvents(options.database.reader, [eventId]);
  const isVisible =
    event !== undefined &&
    event.roomId === access.room.id &&
    event.pos <= access.upTo &&
    (await gateOf(options, access, event.pos)).canSee(event);
  if (event === undefined || !isVisible) throw notFound('There is no such event');
  return event;
}

/** Events as this reader sees them, with their aggregations. */
export async function presentEvents(
  options: HistoryOptions,
  access: RoomAccess,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const { roomEvents, clock } = options;
  if (events.length === 0) return [];
  const gate = await gateOf(options, access, Math.min(...events.map((event) => event.pos)));
  const viewer = {
    userId: access.requester.userId,
    sessionKey: sessionKeyOf(access.requester),
    nowMs: clock.nowMs(),
    upTo: access.upTo,
    ignored: await options.ignoredBy(access.requester.userId),
    isErased: (userId: UserId) => roomEvents.isErased(userId),
  };
  const relations = await roomEvents.bundleRelations(events, viewer);
  return events.map((event) =>
    toClientJson(event, { ...viewer, membership: gate.membershipAt(event) }, relations.get(event.eventId)),
  );
}

/** State events as this reader sees them. */
export function presentState(
  { clock }: HistoryOptions,
  { requester }: RoomAccess,
  events: readonly StoredEvent[],
): string[] {
  const viewer = { sessionKey: sessionKeyOf(requester), nowMs: clock.nowMs() };
  return events.map((event) => toClientJson(event, viewer));
}

/** The state as the reader may know it: now, or as of their leaving. */
export async function readableState(
  { database, roomEvents }: HistoryOptions,
  { room, upTo, isMember }: RoomAccess,
): Promise<readonly StoredEvent[]> {
  return isMember || upTo >= room.lastPos ? [...room.allState()] : roomEvents.stateAt(database.reader, room.nid, upTo);
}
