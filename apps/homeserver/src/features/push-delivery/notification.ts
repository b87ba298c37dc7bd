import type { JsonObject, JsonValue, UserId } from '@stafette/protocol';
import type { Destination } from '../push/index.ts';
import type { RoomView, StoredEvent } from '../room-events/index.ts';

/** What is told about an event, and the number of unread messages. */
export interface News {
  readonly event: StoredEvent;
  readonly room: RoomView;
  /** JSON value of the tweaks that the user's rules gave. */
  readonly tweaks: JsonValue;
}

const textIn = (room: RoomView, type: string, key: string, stateKey = ''): string | undefined => {
  const value = room.state(type, stateKey)?.content[key];
  return typeof value === 'string' ? value : undefined;
};

/** What a gateway that is not to know more than needed is not told. */
function details({ event, room }: News, userId: UserId): JsonObject {
  const names = {
    sender_display_name: textIn(room, 'm.room.member', 'displayname', event.sender),
    room_name: textIn(room, 'm.room.name', 'name'),
    room_alias: textIn(room, 'm.room.canonical_alias', 'alias'),
  };
  return {
    type: event.type,
    sender: event.sender,
    ...Object.fromEntries(Object.entries(names).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    ...(event.type === 'm.room.member' ? { user_is_target: event.stateKey === userId } : {}),
    content: event.content,
  };
}

/** All that the client put there but the address, and but the secret of a subscription, which is none of its messages' business. */
function dataOf({ kind, pusher }: Destination): JsonObject {
  const { url: _, ...data } = pusher.data;
  if (kind === 'http') return data;
  const { auth: __, ...rest } = data;
  return rest;
}

function deviceOf(destination: Destination, tweaks: JsonValue): JsonObject {
  const { pusher, createdAtMs } = destination;
  return {
    app_id: pusher.app_id,
    pushkey: pusher.pushkey,
    pushkey_ts: Math.floor(createdAtMs / 1000),
    data: dataOf(destination),
    tweaks,
  };
}

/**
 * The body for a push gateway. `includesContent` false: ids and counts alone, whatever the client asked for.
 * https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify
 */
export function eventNotification(
  destination: Destination,
  news: News,
  unread: number,
  includesContent: boolean,
): JsonObject {
  const { event, tweaks } = news;
  const isBrief = !includesContent || destination.pusher.data['format'] === 'event_id_only';
  const notification: JsonObject = {
    event_id: event.eventId,
    room_id: event.roomId,
    prio: 'high',
    counts: unread === 0 ? {} : { unread },
    devices: [deviceOf(destination, tweaks)],
    ...(isBrief ? {} : details(news, destination.userId)),
  };
  return { notification };
}

/** Only the number of unread messages. Zero is told: it is what takes the number off the app's icon. */
export const badgeNotification = (destination: Destination, unread: number): JsonObject => ({
  notification: { prio: 'low', counts: { unread }, devices: [deviceOf(destination, {})] },
});

/**
 * The message for a client behind a push service, which limits its size: ids and counts alone, whatever format was asked for.
 */
export const webPushNotification = (destination: Destination, { event, tweaks }: News, unread: number): JsonObject => ({
  notification: {
    event_id: event.eventId,
    room_id: event.roomId,
    prio: 'high',
    counts: unread === 0 ? {} : { unread },
    devices: [{ app_id: destination.pusher.app_id, pushkey: destination.pusher.pushkey, tweaks }],
  },
});
