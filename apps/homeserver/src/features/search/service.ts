import type { BodyOf, clientServer } from '@stafette/contracts';
import type { RoomId } from '@stafette/protocol';
import type { Requester } from '../../http/requester.ts';
import {
  compileEventFilter,
  openRoom,
  presentEvents,
  presentState,
  readableState,
  type HistoryOptions,
  type RoomAccess,
} from '../history/index.ts';
import type { StoredEvent } from '../room-events/index.ts';
import { findEvents, type FoundEvent } from './find-events.ts';
import { groupPage, groupValue } from './group-results.ts';
import { highlightsOf } from './highlights.ts';
import { contextJson, type ContextWish } from './result-context.ts';
import { SearchIndex } from './search-index.ts';
import { encodeSearchPlace, readSearchPlace, type SearchPlace } from './search-token.ts';
import { SEARCH_KEYS } from './store.ts';

type Wish = NonNullable<BodyOf<typeof clientServer.search>['search_categories']['room_events']>;

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 50;
const DEFAULT_CONTEXT = 5;
const MAX_CONTEXT = 20;

const readContext = ({ event_context: wish }: Wish): ContextWish | undefined =>
  wish === undefined
    ? undefined
    : {
        beforeLimit: Math.min(wish.before_limit ?? DEFAULT_CONTEXT, MAX_CONTEXT),
        afterLimit: Math.min(wish.after_limit ?? DEFAULT_CONTEXT, MAX_CONTEXT),
        includesProfile: wish.include_profile === true,
      };

/** Finds words in what people said unencrypted, for those who may read it. https://spec.matrix.org/v1.19/client-server-api/#server-side-search */
export class Search {
  readonly index: SearchIndex;
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.index = new SearchIndex(options);
  }

  /** One page of results, as JSON text of the category. */
  async findRoomEvents(requester: Requester, wish: Wish, token: string | undefined): Promise<string> {
    const upTo = this.#options.roomEvents.position.current;
    const place = token === undefined ? { upTo, offset: 0, group: undefined } : readSearchPlace(token);
    const filter = compileEventFilter(wish.filter ?? {});
    await this.index.catchUp();
    const all = inGroup(
      place,
      await findEvents(this.#options, {
        userId: requester.userId,
        term: wish.search_term,
        keys: wish.keys ?? SEARCH_KEYS,
        filter,
        orderBy: wish.order_by ?? 'rank',
        upTo: place.upTo,
      }),
    );
    const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const page = all.slice(place.offset, place.offset + limit);
    const end = { upTo: place.upTo, offset: place.offset + page.length, group: place.group };
    const { results, events, state } = await this.#present(requester, wish, page);
    const groups = (wish.groupings?.group_by ?? []).map(({ key }) => [key, groupPage(key, page, all, end)] as const);
    const members = [
      `"count":${all.length}`,
      `"highlights":${JSON.stringify(highlightsOf(wish.search_term, events))}`,
      `"results":[${results.join(',')}]`,
    ];
    if (groups.length > 0) members.push(`"groups":${JSON.stringify(Object.fromEntries(groups))}`);
    if (state !== undefined) members.push(`"state":{${state.join(',')}}`);
    // A full page may be the last one; the next is then empty and says so.
    if (page.length === limit) members.push(`"next_batch":"${encodeSearchPlace(end)}"`);
    return `{${members.join(',')}}`;
  }

  async #present(
    requester: Requester,
    wish: Wish,
    page: readonly FoundEvent[],
  ): Promise<{
    readonly results: readonly string[];
    readonly events: readonly StoredEvent[];
    readonly state: readonly string[] | undefined;
  }> {
    const { database, roomEvents } = this.#options;
    const rooms = new Map<RoomId, RoomAccess>();
    for (const roomId of new Set(page.map((found) => found.roomId)))
      rooms.set(roomId, await openRoom(this.#options, requester, roomId));
    const ids = page.map(({ eventId }) => eventId);
    const events = new Map((await roomEvents.getEvents(database.reader, ids)).map((event) => [event.eventId, event]));
    const context = readContext(wish);
    const results: string[] = [];
    for (const found of page) {
      const [access, event] = [rooms.get(found.roomId), events.get(found.eventId)];
      if (access === undefined || event === undefined) continue;
      const [json] = await presentEvents(this.#options, access, [event]);
      const around =
        context === undefined ? '' : `,"context":${await contextJson(this.#options, access, event, context)}`;
      results.push(`{"rank":${found.rank},"result":${json ?? '{}'}${around}}`);
    }
    const state = wish.include_state === true ? await this.#state(rooms) : undefined;
    return { results, events: [...events.values()], state };
  }

  async #state(rooms: ReadonlyMap<RoomId, RoomAccess>): Promise<readonly string[]> {
    return Promise.all(
      [...rooms].map(async ([roomId, access]) => {
        const events = presentState(this.#options, access, await readableState(this.#options, access));
        return `${JSON.stringify(roomId)}:[${events.join(',')}]`;
      }),
    );
  }
}

const inGroup = ({ group }: SearchPlace, found: readonly FoundEvent[]): readonly FoundEvent[] =>
  group === undefined ? found : found.filter((event) => groupValue(event, group.key) === group.value);
