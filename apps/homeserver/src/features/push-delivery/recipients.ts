import { setImmediate } from 'node:timers/promises';
import { evaluatePushRules, readPushEvent, type PushContext, type PushOutcome, type UserId } from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { mentionedUsers, threadRootOf, type ActivePusher, type PusherIndex, type PushRules } from '../push/index.ts';
import { canSee, membershipIn, type RoomEvents, type RoomView, type StoredEvent } from '../room-events/index.ts';
import type { ThreadSubscriptions } from '../thread-subscriptions/index.ts';
import type { PendingPush } from './store.ts';
import { MAIL_AFTER_MS } from './unread-mail.ts';

export interface RecipientDependencies {
  readonly database: Database;
  readonly roomEvents: RoomEvents;
  readonly pushRules: PushRules;
  readonly pushers: PusherIndex;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
  /** Brings the lists of many into memory, so that `ignoredBy` then has them at once. */
  readonly loadIgnored: (userIds: readonly UserId[]) => Promise<void>;
  readonly threads: ThreadSubscriptions;
}

/** Users of one event who are decided on before the event loop gets its turn. */
const SLICE = 200;

const NOBODY: ReadonlySet<string> = new Set();

/** Whoever is in the room, and whoever the event invites. */
function candidatesOf(event: StoredEvent, room: RoomView, pushers: PusherIndex): readonly UserId[] {
  const members = pushers.among(room.joinedLocalUsers());
  // The auth rules let a member event have nothing but a user id as its state key.
  const invited = event.type === 'm.room.member' && membershipIn(event) === 'invite' ? (event.stateKey as UserId) : '';
  return invited !== '' && pushers.of(invited).length > 0 ? [...members, invited] : members;
}

function contextOf(userId: UserId, room: RoomView, followers: ReadonlySet<string>): PushContext {
  const displayName = room.state('m.room.member', userId)?.content['displayname'];
  return {
    userId,
    displayName: typeof displayName === 'string' ? displayName : undefined,
    memberCount: room.joinedCount,
    levels: room.powerLevels,
    followsThread: followers.has(userId),
  };
}

/**
 * Whom an event notifies, in slices. The default rules say the same to everybody whom the event does not name and who does
 * not follow its thread, and are asked once for all of them; rules that somebody changed are asked for their user.
 */
export async function* recipientsOf(event: StoredEvent, d: RecipientDependencies): AsyncIterable<PendingPush[]> {
  if (d.pushers.isEmpty || event.redactedBy !== undefined) return;
  const room = await d.roomEvents.findRoom(event.roomId);
  if (room === undefined) return;
  const users = candidatesOf(event, room, d.pushers).filter((userId) => userId !== event.sender);
  if (users.length === 0) return;
  const pushEvent = readPushEvent(event.pdu);
  const root = threadRootOf(event.content);
  const followers = root === undefined ? NOBODY : await d.threads.followersOf(event.roomId, root, event.pos);
  const named = new Set([...mentionedUsers(event.content), event.stateKey, ...followers]);
  let common: PushOutcome | undefined;
  for (let at = 0; at < users.length; at += SLICE) {
    const slice = users.slice(at, at + SLICE);
    await Promise.all([d.pushRules.load(slice), d.loadIgnored(slice)]);
    const found: PendingPush[] = [];
    for (const userId of slice) {
      const { ruleset, isCustomised } = await d.pushRules.find(userId);
      const ask = (): PushOutcome => evaluatePushRules(ruleset, pushEvent, contextOf(userId, room, followers));
      const outcome = isCustomised || named.has(userId) ? ask() : (common ??= ask());
      if (outcome.notify && (await isReader(userId, event, room, d)))
        for (const pusher of d.pushers.of(userId))
          if (pusher.sincePos < event.pos) found.push(pendingFor(event, pusher, outcome));
    }
    if (found.length > 0) yield found;
    await setImmediate();
  }
}

async function isReader(
  userId: UserId,
  event: StoredEvent,
  room: RoomView,
  { database, ignoredBy }: RecipientDependencies,
): Promise<boolean> {
  if ((await ignoredBy(userId)).has(event.sender)) return false;
  // An invitation is for whom it invites, whatever else they may see of the room.
  return event.stateKey === userId || canSee(database.reader, room, userId, event);
}

const pendingFor = (
  { pos, eventId }: StoredEvent,
  { id, gateway, kind }: ActivePusher,
  { tweaks }: PushOutcome,
): PendingPush => ({
  pusherId: id,
  eventPos: pos,
  eventId,
  tweaks: JSON.stringify(tweaks),
  gateway,
  delayMs: kind === 'email' ? MAIL_AFTER_MS : 0,
});
