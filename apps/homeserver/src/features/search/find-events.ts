import type { RoomId, UserId } from '@stafette/protocol';
import type { EventFilter, HistoryOptions } from '../history/index.ts';
import { foldName } from '../profiles/index.ts';
import { listEverJoined, readersOf } from '../room-events/index.ts';
import { listMatches, type SearchKey, type SearchMatch } from './store.ts';

/** Of what matches, the newest are looked at, ranked and counted: a word that everybody uses is no reason to read everything. */
const MAX_MATCHES = 1_000;

export interface FoundEvent extends SearchMatch {
  readonly roomId: RoomId;
}

export interface SearchQuestion {
  readonly userId: UserId;
  readonly term: string;
  readonly keys: readonly SearchKey[];
  readonly filter: EventFilter;
  readonly orderBy: 'rank' | 'recent';
  readonly upTo: number;
}

/** Memberships of those who were in a room, unless they never were. */
const LEFT: ReadonlySet<string> = new Set(['leave', 'ban']);

/** A content as filters see it: they ask for nothing but the `url`. */
const WITH_URL = { url: '' };
const WITHOUT_URL = {};

/**
 * All that a user may see of what they look for, in the order they want. What is hidden from them is gone before anything
 * is counted, so that not even a number tells of it.
 */
export async function findEvents(options: HistoryOptions, question: SearchQuestion): Promise<readonly FoundEvent[]> {
  const { userId, filter } = question;
  const roomIds = await readableRooms(options, userId, filter);
  const matches = await listMatches(options.database.reader, {
    foldedTerm: foldName(question.term),
    roomNids: [...roomIds.keys()],
    keys: question.keys,
    upTo: question.upTo,
    limit: MAX_MATCHES,
  });
  const canSee = await gateOver(options, userId, matches, roomIds);
  const ignored = await options.ignoredBy(userId);
  const found = matches.flatMap((match) => {
    const roomId = roomIds.get(match.roomNid);
    if (roomId === undefined || !canSee(match) || (match.stateKey === null && ignored.has(match.sender))) return [];
    const isWanted = filter.matches({
      ...match,
      roomId,
      content: match.hasUrl ? WITH_URL : WITHOUT_URL,
      relatesTo: match.relType === null ? undefined : { relType: match.relType },
    });
    return isWanted ? [{ ...match, roomId }] : [];
  });
  return question.orderBy === 'recent' ? found : found.sort((one, other) => other.rank - one.rank);
}

/** The rooms that a user is in or was in, by number, as the filter wants them. */
async function readableRooms(
  { database, roomEvents }: HistoryOptions,
  userId: UserId,
  filter: EventFilter,
): Promise<ReadonlyMap<number, RoomId>> {
  const all = [...(await roomEvents.membershipsOf(userId)).values()].filter(({ roomId }) => filter.matchesRoom(roomId));
  const joined = all.filter(({ membership }) => membership === 'join');
  const left = all.filter(({ membership, isForgotten }) => LEFT.has(membership) && !isForgotten);
  const nids = left.map(({ roomNid }) => roomNid);
  const known = nids.length === 0 ? undefined : await listEverJoined(database.reader, nids, userId);
  const readable = [...joined, ...left.filter(({ roomNid }) => known?.has(roomNid) === true)];
  return new Map(readable.map(({ roomNid, roomId }) => [roomNid, roomId]));
}

/** The reader gate over the rooms of some matches, newest first. */
async function gateOver(
  { database, roomEvents }: HistoryOptions,
  userId: UserId,
  matches: readonly SearchMatch[],
  roomIds: ReadonlyMap<number, RoomId>,
): Promise<(match: SearchMatch) => boolean> {
  const oldest = new Map(matches.map(({ roomNid, pos }) => [roomNid, pos]));
  await roomEvents.loadRooms([...oldest.keys()].flatMap((nid) => roomIds.get(nid) ?? []));
  const places = [...oldest].flatMap(([nid, oldestPos]) => {
    const roomId = roomIds.get(nid);
    const room = roomId === undefined ? undefined : roomEvents.loadedRoom(roomId);
    return room === undefined ? [] : [{ room, oldestPos }];
  });
  const readers = await readersOf(database.reader, places, userId);
  return ({ stateKey, ...match }) =>
    readers.get(match.roomNid)?.canSee({ ...match, stateKey: stateKey ?? undefined }) === true;
}
