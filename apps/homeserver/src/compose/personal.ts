import type { UserId } from '@stafette/protocol';
import { Filters } from '../features/filters/index.ts';
import { Notifications, openUnreadCounts, Pushers, PushRules } from '../features/push/index.ts';
import { openPushDelivery } from '../features/push-delivery/index.ts';
import { openReceipts } from '../features/receipts/index.ts';
import { ThreadSubscriptions } from '../features/thread-subscriptions/index.ts';
import { Typing } from '../features/typing/index.ts';
import type { Addresses } from './addresses.ts';
import type { Basis } from './basis.ts';
import type { Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';

/** What each user has of their own: settings, what they read, what they want to be told. */
export async function composePersonal(
  basis: Basis,
  { accountData, ignoredBy, loadIgnored }: Settings,
  { roomEvents }: Rooms,
  { unreadMails }: Addresses,
) {
  const { database, clock, log, notifier, random, serverName, features, options } = basis;
  const filters = new Filters(database);
  const receipts = await openReceipts({ database, clock, notifier, roomEvents, accountData });
  const typing = new Typing({
    clock,
    notifier,
    joinedLocalUsers: (roomId) => roomEvents.loadedRoom(roomId)?.joinedLocalUsers() ?? [],
  });
  const threadSubscriptions = await ThreadSubscriptions.open({ database, notifier, roomEvents });
  const quietThreads = options.quietThreads ?? false;
  const pushRules = await PushRules.open({ database, notifier, defaults: { quietThreads } });
  const pushers = await Pushers.open({
    database,
    clock,
    random,
    currentPos: () => roomEvents.position.current,
    allowsPlainHttp: features.privateAddresses,
    ownsAddress: unreadMails?.ownsAddress,
  });
  const unread = await openUnreadCounts({
    database,
    clock,
    log,
    serverName,
    roomEvents,
    receipts,
    pushRules,
    threads: threadSubscriptions,
    quietThreads,
    ignoredBy,
  });
  const followedBy = (userId: UserId): Promise<ReadonlyMap<string, number>> => threadSubscriptions.followedBy(userId);
  const notifications = new Notifications({ database, clock, roomEvents, pushRules, unread, ignoredBy, followedBy });
  const pushDelivery = await openPushDelivery({
    ...basis,
    roomEvents,
    receipts,
    pushRules,
    pushers,
    unread,
    ignoredBy,
    loadIgnored,
    threads: threadSubscriptions,
    includesContent: features.pushContent,
    unreadMails,
    contact: options.publicUrl?.startsWith('https:') === true ? options.publicUrl : `https://${serverName}`,
  });
  return { filters, receipts, typing, pushRules, pushers, unread, notifications, pushDelivery, threadSubscriptions };
}

export type Personal = Awaited<ReturnType<typeof composePersonal>>;
