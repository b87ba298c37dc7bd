import type { UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Pushers, PushRules, UnreadCounts } from '../push/index.ts';
import type { Receipts } from '../receipts/index.ts';
import type { RoomEvents } from '../room-events/index.ts';
import type { ThreadSubscriptions } from '../thread-subscriptions/index.ts';
import { Badges } from './badges.ts';
import { Delivery } from './delivery.ts';
import { NotificationScanner } from './scanner.ts';
import { removePendingOf } from './store.ts';
import type { UnreadMails } from './unread-mail.ts';
import { Vapid } from './vapid.ts';

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly outbound: Outbound;
  readonly roomEvents: RoomEvents;
  readonly receipts: Receipts;
  readonly pushRules: PushRules;
  readonly pushers: Pushers;
  readonly unread: UnreadCounts;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
  /** Brings the lists of many into memory, so that `ignoredBy` then has them at once. */
  readonly loadIgnored: (userIds: readonly UserId[]) => Promise<void>;
  readonly threads: ThreadSubscriptions;
  readonly includesContent: boolean;
  /** Undefined where nobody is written to. */
  readonly unreadMails: UnreadMails | undefined;
  /** An address, `https:` or `mailto:`, under which push services reach the operator. */
  readonly contact: string;
}

export interface PushDelivery {
  /** The key with which clients subscribe to Web Push, in base64url. */
  readonly vapidPublicKey: string;
  /** Takes notifications that are too old off the queue. */
  prune(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Sending notifications, in two steps that a restart may come between: events are looked at behind their commit and queued
 * for whom they notify; what is queued is delivered. https://spec.matrix.org/v1.19/push-gateway-api/
 */
export async function openPushDelivery(dependencies: Dependencies): Promise<PushDelivery> {
  const { pushers, log, contact, roomEvents } = dependencies;
  const vapid = await Vapid.open(dependencies, contact);
  roomEvents.purge.onPurging((tx, { events }) =>
    removePendingOf(
      tx,
      events.map(({ pos }) => pos),
    ),
  );
  const delivery = new Delivery({ ...dependencies, vapid });
  const scanner = await NotificationScanner.open({
    ...dependencies,
    pushers: pushers.index,
    onQueued: () => delivery.wake(),
  });
  const badges = new Badges({ ...dependencies, delivery });
  pushers.onActivationNeeded((destination, ackToken) => {
    delivery
      .sendActivation(destination, ackToken)
      .catch((error: unknown) => log.warn({ err: error }, 'an activation of Web Push was not sent'));
  });
  delivery.start();
  return {
    vapidPublicKey: vapid.publicKey,
    prune: async () => delivery.prune(),
    async stop() {
      badges.stop();
      await scanner.stop();
      await delivery.stop();
    },
  };
}
