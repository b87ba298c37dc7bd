import type { UserId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import {
  readerOf,
  type RoomEvents,
  type RoomReader,
  type RoomView,
  type StoredEvent,
} from '../../room-events/index.ts';
import { membershipAt } from './membership-at.ts';
import type { OwnMembership } from './own-membership.ts';
import type { Timeline, Timelines } from './timeline.ts';

interface Dependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly timelines: Timelines;
}

/** What happened in a room until the user left it or was removed. */
export interface UntilLeft {
  /** False for somebody who was outside already: they learn that they still are, and nothing else. */
  readonly wasJoined: boolean;
  /** Where the interval begins; undefined: with the room. */
  readonly after: number | undefined;
  readonly timeline: Timeline;
  readonly reader: RoomReader;
}

/** `after` undefined: the room is new to the client. */
export async function readUntilLeft(
  { database, roomEvents, timelines }: Dependencies,
  { room, own, userId }: { readonly room: RoomView; readonly own: OwnMembership; readonly userId: UserId },
  after: number | undefined,
  limit: number,
  isShown: (event: StoredEvent) => boolean,
): Promise<UntilLeft> {
  const wasJoined = (await membershipAt({ database, roomEvents }, userId, own.roomNid, own.pos - 1)) === 'join';
  const from = wasJoined ? after : own.pos - 1;
  const interval = { roomNid: own.roomNid, after: from, upTo: own.pos };
  const read = await timelines.read(interval, limit, isShown);
  const gate = await readerOf(database.reader, room, userId, read.start);
  // That somebody is out is no secret to them, whoever sent it and however little they saw of the room.
  const reader: RoomReader = { ...gate, canSee: (event) => event.pos === own.pos || gate.canSee(event) };
  return {
    wasJoined,
    after: from,
    timeline: await timelines.visible(read, { interval, limit, isShown, room, reader }),
    reader,
  };
}
