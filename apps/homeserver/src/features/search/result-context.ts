import type { JsonObject } from '@stafette/protocol';
import {
  compileEventFilter,
  encodePlace,
  presentEvents,
  readPage,
  type HistoryOptions,
  type RoomAccess,
} from '../history/index.ts';
import { memberContent } from '../profiles/index.ts';
import type { StoredEvent } from '../room-events/index.ts';

export interface ContextWish {
  readonly beforeLimit: number;
  readonly afterLimit: number;
  readonly includesProfile: boolean;
}

const EVERYTHING = compileEventFilter({});

async function readAround(
  options: HistoryOptions,
  access: RoomAccess,
  event: StoredEvent,
  direction: 'forward' | 'backward',
  limit: number,
): Promise<readonly StoredEvent[]> {
  if (limit === 0) return [];
  const range = direction === 'backward' ? { after: 0, upTo: event.pos - 1 } : { after: event.pos, upTo: access.upTo };
  return (await readPage(options, access, { ...range, direction, limit, filter: EVERYTHING })).events;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Names and pictures of those who sent some events, as the room knew them at one of these. */
async function profilesAt(
  { database, roomEvents }: HistoryOptions,
  { room }: RoomAccess,
  at: StoredEvent,
  events: readonly StoredEvent[],
): Promise<JsonObject> {
  const senders = [...new Set(events.map(({ sender }) => sender))];
  const keys = senders.map((sender) => ['m.room.member', sender] as const);
  const members = await roomEvents.stateAt(database.reader, room.nid, at.pos, keys);
  return Object.fromEntries(
    members.map(({ stateKey, content }) => [
      stateKey ?? '',
      memberContent({ displayName: text(content['displayname']), avatarUrl: text(content['avatar_url']) }),
    ]),
  );
}

/** What surrounds a result, as JSON text: before it the newest first, as in `/context`. */
export async function contextJson(
  options: HistoryOptions,
  access: RoomAccess,
  event: StoredEvent,
  wish: ContextWish,
): Promise<string> {
  const [before, after] = await Promise.all([
    readAround(options, access, event, 'backward', wish.beforeLimit),
    readAround(options, access, event, 'forward', wish.afterLimit),
  ]);
  const shown = await presentEvents(options, access, [...before, ...after]);
  const members = [
    `"start":"${encodePlace((before.at(-1) ?? event).pos - 1)}"`,
    `"end":"${encodePlace((after.at(-1) ?? event).pos)}"`,
    `"events_before":[${shown.slice(0, before.length).join(',')}]`,
    `"events_after":[${shown.slice(before.length).join(',')}]`,
  ];
  if (wish.includesProfile) {
    const profiles = await profilesAt(options, access, event, [event, ...before, ...after]);
    members.push(`"profile_info":${JSON.stringify(profiles)}`);
  }
  return `{${members.join(',')}}`;
}
