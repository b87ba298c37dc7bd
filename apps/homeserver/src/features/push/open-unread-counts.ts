import { serverNameOf, type ServerName, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Receipts } from '../receipts/index.ts';
import { ExpiredMessages, type RoomEvents, type StoredEvent } from '../room-events/index.ts';
import type { ThreadSubscriptions } from '../thread-subscriptions/index.ts';
import type { PushRules } from './push-rules.ts';
import { findImplicitReadMark } from './store.ts';
import { UnreadCounts } from './unread-counts.ts';
import type { UnreadSource } from './unread-source.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverName: ServerName;
  readonly roomEvents: RoomEvents;
  readonly receipts: Receipts;
  readonly pushRules: PushRules;
  readonly threads: ThreadSubscriptions;
  /** See {@link UnreadCounts}. */
  readonly quietThreads: boolean;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
}

function sourceOf({ database: { reader }, roomEvents }: Dependencies): UnreadSource {
  const isKept = (event: StoredEvent): boolean => roomEvents.loadedRoom(event.roomId)?.hasExpired(event) !== true;
  return {
    current: () => roomEvents.position.current,
    notifySeqAt: async (places) => (places.length === 0 ? [] : roomEvents.notifySeqAt(reader, places)),
    listSpecial: async (places, upTo, limit) =>
      (await roomEvents.listSpecialsOfRooms(reader, places, upTo, limit)).filter(isKept),
    listSince: (pos, limit) => roomEvents.listAllSince(reader, pos, limit),
    listAfter: async ({ roomNid, pos }, upTo, limit) => {
      const { events } = await roomEvents.listTimeline(reader, roomNid, {
        after: pos,
        upTo,
        limit,
        direction: 'backward',
      });
      return events.filter(isKept).toReversed();
    },
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Unread counts over the events, receipts and rules of this server, in step with them. */
export async function openUnreadCounts(dependencies: Dependencies): Promise<UnreadCounts> {
  const { database, log, serverName, roomEvents, receipts, pushRules, threads, ignoredBy } = dependencies;
  const expired = new ExpiredMessages(dependencies);
  const counts = new UnreadCounts({
    database,
    source: sourceOf(dependencies),
    isLocal: (userId) => serverNameOf(userId) === serverName,
    rulesOf: (userId) => pushRules.find(userId),
    receiptsOf: (userId, roomNids) => receipts.listOfUser(userId, roomNids),
    contextOf: async (roomId, userId) => {
      const room = await roomEvents.findRoom(roomId);
      if (room === undefined) return undefined;
      const displayName = textOf(room.state('m.room.member', userId)?.content['displayname']);
      return { userId, displayName, memberCount: room.joinedCount, levels: room.powerLevels };
    },
    ignoredBy,
    followedBy: (userId) => threads.followedBy(userId),
    quietThreads: dependencies.quietThreads,
    // What nobody has in memory is counted until it is deleted.
    listExpired: (roomIds) => expired.listNew(roomIds.flatMap((roomId) => roomEvents.loadedRoom(roomId) ?? [])),
    onFailure: (error) => log.error({ err: error }, 'implicit reads could not be written'),
  });
  await counts.recover(await findImplicitReadMark(database.reader));
  roomEvents.onCommitted((events) => events.forEach((event) => counts.observe(event)));
  roomEvents.purge.onPurged(({ roomNid, events }) => counts.observePurged(roomNid, events));
  receipts.onMoved(({ receipt, notifySeq }) => counts.observeReceipt(receipt, notifySeq));
  pushRules.onChanged((userId) => counts.rulesChanged(userId));
  threads.onChanged((userId) => counts.rulesChanged(userId));
  return counts;
}
