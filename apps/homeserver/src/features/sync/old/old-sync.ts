import { invalidParam } from '@stafette/contracts';
import {
  isJsonObject,
  maxJsonDepth,
  parseJson,
  type JsonObject,
  type JsonValue,
  type RoomId,
} from '@stafette/protocol';
import type { Requester } from '../../../http/requester.ts';
import { encodeSyncToken, parseSyncToken, type SyncPositions } from '../../../streams/tokens.ts';
import { toClientJson } from '../../room-events/index.ts';
import { appearanceOf } from '../core/appearance.ts';
import type { SyncCore } from '../core/sync-core.ts';
import { compileFilter } from '../v3/filter.ts';
import type { V3Sync } from '../v3/service.ts';

/** Events of a room in one answer. */
const MAX_EVENTS = 1000;
const DEFAULT_MESSAGES = 10;
/** Levels of an answer around its events. */
const ENVELOPE_DEPTH = 10;

/** Reads what this server has just written. */
function readJson(text: string): JsonObject {
  const result = parseJson(text, { mode: 'request', maxDepth: maxJsonDepth + ENVELOPE_DEPTH });
  if (!result.ok || !isJsonObject(result.value)) throw new Error('an answer cannot be read');
  return result.value;
}

const objectAt = (value: JsonObject, name: string): JsonObject => {
  const member = value[name];
  return isJsonObject(member) ? member : {};
};
const textAt = (value: JsonObject, name: string): string => {
  const member = value[name];
  if (typeof member !== 'string') throw new Error(`an answer has no ${name}`);
  return member;
};
const eventsAt = (value: JsonObject, name: string): readonly JsonObject[] => {
  const events: JsonValue | undefined = objectAt(value, name)['events'];
  return Array.isArray(events) ? events.filter(isJsonObject) : [];
};
const entriesOf = (answer: JsonObject, section: string): readonly (readonly [RoomId, JsonObject])[] =>
  Object.entries(objectAt(objectAt(answer, 'rooms'), section)).flatMap(([roomId, room]) =>
    // An id that the answer has is one of a room.
    isJsonObject(room) ? [[roomId as RoomId, room] as const] : [],
  );

/** How people appear; here the content says whose it is. */
const presenceOf = (answer: JsonObject): JsonObject[] =>
  eventsAt(answer, 'presence').map((event) => ({
    ...event,
    content: { ...objectAt(event, 'content'), user_id: textAt(event, 'sender') },
  }));

/** A room as it stands for its user. */
type RoomOverview = JsonObject & { readonly room_id: RoomId };

const sentAt = (event: JsonObject): number =>
  typeof event['origin_server_ts'] === 'number' ? event['origin_server_ts'] : Number.MAX_SAFE_INTEGER;

/**
 * What clients asked before there was `/sync`, as other shapes of its answers. Messages to devices are left for `/sync`,
 * which these requests therefore do not acknowledge. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events
 */
export class OldSync {
  readonly #core: SyncCore;
  readonly #v3: V3Sync;

  constructor(core: SyncCore, v3: V3Sync) {
    this.#core = core;
    this.#v3 = v3;
  }

  /** What happened in the user's rooms, by time; waits for it. */
  async events(
    requester: Requester,
    from: string | undefined,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ start: string; end: string; chunk: JsonObject[] }> {
    const since = from === undefined ? this.#core.news.positions() : parseSyncToken(from);
    if (since === undefined) throw invalidParam('from is not a token of this server');
    // An answer has events of rooms only.
    const filter = { presence: { types: [] }, room: { timeline: { limit: MAX_EVENTS } } };
    const answer = await this.#ask(requester, { ...since, toDevice: 0 }, filter, timeoutMs, signal);
    const chunk = ['join', 'leave'].flatMap((section) =>
      entriesOf(answer, section).flatMap(([roomId, room]) => [
        ...eventsAt(room, 'timeline'),
        ...eventsAt(room, 'ephemeral').map((event) => ({ ...event, room_id: roomId })),
      ]),
    );
    return {
      start: encodeSyncToken(since),
      end: textAt(answer, 'next_batch'),
      chunk: chunk.sort((one, other) => sentAt(one) - sentAt(other)),
    };
  }

  /** All rooms as they stand, each with its newest messages. */
  async overview(
    requester: Requester,
    query: { readonly limit: number | undefined; readonly includesLeft: boolean },
    signal: AbortSignal,
  ): Promise<{ end: string; presence: JsonObject[]; rooms: RoomOverview[]; account_data: JsonObject[] }> {
    const limit = Math.min(query.limit ?? DEFAULT_MESSAGES, MAX_EVENTS);
    const filter = { room: { timeline: { limit }, include_leave: query.includesLeft } };
    const answer = await this.#ask(requester, undefined, filter, 0, signal);
    const end = textAt(answer, 'next_batch');
    const memberships = await this.#core.roomEvents.membershipsOf(requester.userId);
    const told = ['join', 'leave'].flatMap((section) =>
      entriesOf(answer, section).map(([roomId, room]) => ({
        room_id: roomId,
        membership: memberships.get(roomId)?.membership === 'ban' ? 'ban' : section,
        messages: {
          chunk: [...eventsAt(room, 'timeline')],
          start: textAt(objectAt(room, 'timeline'), 'prev_batch'),
          end,
        },
        state: [...eventsAt(room, 'state_after')],
        account_data: [...eventsAt(room, 'account_data')],
      })),
    );
    const invited = await Promise.all(
      entriesOf(answer, 'invite').map(async ([roomId]) => this.#invitation(requester, roomId)),
    );
    return {
      end,
      presence: presenceOf(answer),
      rooms: [...told, ...invited],
      account_data: [...eventsAt(answer, 'account_data')],
    };
  }

  async #invitation({ userId }: Requester, roomId: RoomId): Promise<RoomOverview> {
    const room = await this.#core.roomEvents.getRoom(roomId);
    const invite = room.state('m.room.member', userId);
    const json = invite === undefined ? undefined : readJson(toClientJson(invite, { nowMs: this.#core.clock.nowMs() }));
    return {
      room_id: roomId,
      membership: 'invite',
      ...(invite === undefined || json === undefined ? {} : { inviter: invite.sender, invite: json }),
    };
  }

  async #ask(
    requester: Requester,
    since: SyncPositions | undefined,
    filter: JsonObject,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const { userId, deviceId } = requester;
    const request = {
      userId,
      deviceId: undefined,
      since,
      filter: compileFilter(filter),
      isFullState: false,
      stateAfter: ['state_after'],
    } as const;
    const asker = { userId, deviceId, setPresence: appearanceOf(requester, 'online') } as const;
    return readJson(await this.#v3.answer(asker, async () => request, timeoutMs, signal));
  }
}
