import {
  evaluatePushRules,
  readPushEvent,
  type PushAction,
  type PushRuleset,
  type RoomId,
  type UserId,
} from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import { toClientJson, type RoomEvents, type RoomView, type StoredEvent } from '../room-events/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { follows, type FollowedThreads } from './followed-threads.ts';
import type { PushRules } from './push-rules.ts';
import type { UnreadCounts } from './unread-counts.ts';
import { threadRootOf } from './unread-flags.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
/** Events that are looked at for one page, when the user's rules let few pass. */
const MAX_SCANNED = 1000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly roomEvents: RoomEvents;
  readonly pushRules: PushRules;
  readonly unread: UnreadCounts;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
  readonly followedBy: (userId: UserId) => Promise<FollowedThreads>;
}

export interface NotificationQuery {
  /** Position in the event stream; only what is older is listed. */
  readonly before: number | undefined;
  readonly limit: number | undefined;
  readonly onlyHighlights: boolean;
}

/** What decides which events notify the user. */
interface Asked {
  readonly ruleset: PushRuleset;
  readonly ignored: ReadonlySet<string>;
  readonly followed: FollowedThreads;
}

interface OwnRoom {
  readonly roomId: RoomId;
  readonly roomNid: number;
  readonly membership: string;
}

interface Notification {
  readonly event: StoredEvent;
  readonly actions: readonly PushAction[];
  readonly isRead: boolean;
}

/** What a user was notified of, newest first. https://spec.matrix.org/v1.19/client-server-api/#listing-notifications */
export class Notifications {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** The answer as JSON text; `next_token` is there while there may be more. */
  async list(userId: UserId, { before, limit = DEFAULT_LIMIT, onlyHighlights }: NotificationQuery): Promise<string> {
    const rooms = await this.#roomsOf(userId);
    const asked: Asked = {
      ruleset: await this.#d.pushRules.get(userId),
      ignored: await this.#d.ignoredBy(userId),
      followed: await this.#d.followedBy(userId),
    };
    const nidsOf = (membership: string): readonly number[] =>
      [...rooms.values()].filter((own) => own.membership === membership).map(({ roomNid }) => roomNid);
    const [joined, invited] = [nidsOf('join'), nidsOf('invite')];
    const wanted = Math.min(limit, MAX_LIMIT);
    const found: Notification[] = [];
    let end = before ?? Number.MAX_SAFE_INTEGER;
    let hasMore = rooms.size > 0;
    for (let scanned = 0; hasMore && found.length < wanted && scanned < MAX_SCANNED;) {
      const query = { userId, joined, invited, before: end, limit: wanted };
      const page = await this.#d.roomEvents.listNotifying(this.#d.database.reader, query);
      hasMore = page.length === wanted;
      scanned += page.length;
      for (const event of page) {
        if (found.length === wanted) break;
        end = event.pos;
        const notification = await this.#judge(userId, event, rooms, asked);
        if (notification !== undefined && (!onlyHighlights || isHighlight(notification.actions)))
          found.push(notification);
      }
    }
    const texts = found.map((notification) => this.#write(notification));
    const next = hasMore ? `"next_token":"${end}",` : '';
    return `{${next}"notifications":[${texts.join(',')}]}`;
  }

  /** Of other rooms nobody hears any more. */
  async #roomsOf(userId: UserId): Promise<ReadonlyMap<number, OwnRoom>> {
    const memberships = await this.#d.roomEvents.membershipsOf(userId);
    const rooms = [...memberships.values()].filter(
      ({ membership }) => membership === 'join' || membership === 'invite',
    );
    return new Map(rooms.map((own) => [own.roomNid, own]));
  }

  async #judge(
    userId: UserId,
    event: StoredEvent,
    rooms: ReadonlyMap<number, OwnRoom>,
    { ruleset, ignored, followed }: Asked,
  ): Promise<Notification | undefined> {
    const own = rooms.get(event.roomNid);
    if (own === undefined || event.sender === userId || ignored.has(event.sender)) return undefined;
    const room = await this.#d.roomEvents.findRoom(own.roomId);
    if (room === undefined || room.hasExpired(event)) return undefined;
    const root = threadRootOf(event.content);
    const actions = actionsFor(userId, event, room, { ruleset, followsThread: follows(followed, root, event.pos) });
    if (actions === undefined) return undefined;
    const readUpTo = await this.#d.unread.readUpTo(userId, event.roomNid, root ?? 'main');
    return { event, actions, isRead: event.pos <= readUpTo };
  }

  #write({ event, actions, isRead }: Notification): string {
    const json = toClientJson(event, { nowMs: this.#d.clock.nowMs() });
    return `{"actions":${JSON.stringify(actions)},"event":${json},"read":${isRead},"room_id":${JSON.stringify(event.roomId)},"ts":${event.originServerTs}}`;
  }
}

const isHighlight = (actions: readonly PushAction[]): boolean =>
  actions.some(
    (action) => typeof action !== 'string' && action['set_tweak'] === 'highlight' && (action['value'] ?? true) === true,
  );

/** The actions of the rule that notifies the user of an event. */
function actionsFor(
  userId: UserId,
  event: StoredEvent,
  room: RoomView,
  { ruleset, followsThread }: { readonly ruleset: PushRuleset; readonly followsThread: boolean },
): readonly PushAction[] | undefined {
  const displayName = room.state('m.room.member', userId)?.content['displayname'];
  const context = {
    userId,
    displayName: typeof displayName === 'string' ? displayName : undefined,
    memberCount: room.joinedCount,
    levels: room.powerLevels,
    followsThread,
  };
  const outcome = evaluatePushRules(ruleset, readPushEvent(event.pdu), context);
  if (!outcome.notify) return undefined;
  return (
    Object.values(ruleset)
      .flat()
      .find((rule) => rule.rule_id === outcome.ruleId)?.actions ?? ['notify']
  );
}
