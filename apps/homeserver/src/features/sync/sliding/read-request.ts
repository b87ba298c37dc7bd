import { invalidParam, tooLarge, type BodyOf, type clientServer, type QueryOf } from '@stafette/contracts';
import { parseRoomId, type RoomId } from '@stafette/protocol';
import type { Requester } from '../../../http/requester.ts';
import { appearanceOf } from '../core/appearance.ts';
import { SIMPLIFIED, V4, type Dialect } from './dialect.ts';
import { RoomConfig } from './room-config.ts';
import { RoomFilter } from './room-filter.ts';
import { RequestShape, type Range, type Scope, type SlidingRequest } from './sliding-request.ts';
import { StateSelection, type StateElement } from './state-selection.ts';

type SimplifiedBody = BodyOf<typeof clientServer.simplifiedSlidingSync>;
type SimplifiedQuery = QueryOf<typeof clientServer.simplifiedSlidingSync>;
type V4Body = BodyOf<typeof clientServer.slidingSync>;
type Who = Pick<Requester, 'userId' | 'deviceId' | 'acting'>;

/** Of the text of both dialects' proposal. */
const MAX_LISTS = 100;
const MAX_SUBSCRIPTIONS = 100;
/** Events of a room in one answer, however many are asked for. */
const MAX_TIMELINE = 100;
/** Messages to a device in one answer; more follow in the next. */
const MAX_TO_DEVICE = 100;
/** Changes of followed threads in one answer; the others are asked for apart. */
const MAX_THREADS = 100;
/** Characters of what is remembered of a request. */
const MAX_SHAPE_CHARS = 65_536;
/** Shapes compiled lately: a client repeats the same one with every request, and many clients have the same. */
const CACHE_SIZE = 1000;

/** The names under which profiles are asked for. */
const PROFILES = ['profiles', 'org.matrix.msc4262.profiles'] as const;

/** Opaque identifiers. */
const LIST_NAME = /^[\w.=~-]{1,255}$/;
const TO_DEVICE_TOKEN = /^\d{1,16}$/;
const ALL: readonly Range[] = [[0, Number.MAX_SAFE_INTEGER]];

type PairsConfig = NonNullable<SimplifiedBody['room_subscriptions']>[string];
type ObjectConfig = NonNullable<V4Body['room_subscriptions']>[string];

function pairsConfig({ timeline_limit: limit, required_state: pairs = [] }: PairsConfig): RoomConfig {
  const include: StateElement[] = [];
  const ofReader: string[] = [];
  let isLazy = false;
  for (const [type, stateKey] of pairs) {
    if (stateKey === '$ME') ofReader.push(type);
    else if (stateKey === '$LAZY') isLazy ||= type === 'm.room.member';
    else include.push({ type: type === '*' ? undefined : type, stateKey: stateKey === '*' ? undefined : stateKey });
  }
  const selection = new StateSelection({ include, exclude: [], ofReader, isLazy });
  return new RoomConfig(Math.min(limit, MAX_TIMELINE), [selection]);
}

const elementsOf = (elements: ObjectConfig['required_state']['include'] = []): readonly StateElement[] =>
  elements.map(({ type, state_key: stateKey }) => ({ type, stateKey }));

function objectConfig({ timeline_limit: limit, required_state: state }: ObjectConfig): RoomConfig {
  const selection = new StateSelection({
    include: elementsOf(state.include),
    exclude: elementsOf(state.exclude),
    ofReader: [],
    isLazy: state.lazy_members === true,
  });
  return new RoomConfig(Math.min(limit, MAX_TIMELINE), [selection]);
}

type FilterBody = NonNullable<NonNullable<SimplifiedBody['lists']>[string]['filters']>;

const filterOf = (filter: Omit<FilterBody, 'is_invite'> = {}, isInvited?: boolean): RoomFilter =>
  new RoomFilter({
    isDm: filter.is_dm,
    isEncrypted: filter.is_encrypted,
    isInvited,
    roomTypes: filter.room_types,
    notRoomTypes: filter.not_room_types,
    tags: filter.tags,
    notTags: filter.not_tags,
    spaces: filter.spaces,
  });

type ScopeBody = NonNullable<NonNullable<V4Body['extensions']>['receipts']>;

const namesOf = (names: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  names === undefined || names.includes('*') ? undefined : new Set(names);

const scopeOf = (body: ScopeBody | undefined): Scope | undefined =>
  body?.enabled === true ? { lists: namesOf(body.lists), rooms: namesOf(body.rooms) } : undefined;

function checkedRanges(ranges: readonly Range[]): readonly Range[] {
  if (ranges.some(([first, last]) => first > last)) throw invalidParam('A range ends before it begins');
  return ranges;
}

function readRoomId(text: string): RoomId {
  const roomId = parseRoomId(text);
  if (roomId === undefined) throw invalidParam('room_subscriptions names something that is no room');
  return roomId;
}

function readToDevice(body: NonNullable<V4Body['extensions']>['to_device']): SlidingRequest['toDevice'] {
  if (body?.enabled !== true) return undefined;
  const { since = '0', limit = MAX_TO_DEVICE } = body;
  if (!TO_DEVICE_TOKEN.test(since)) throw invalidParam('since is not a token of this server');
  return { since: Number(since), limit: Math.min(limit, MAX_TO_DEVICE) };
}

function readThreads(extensions: NonNullable<V4Body['extensions']>): SlidingRequest['threadSubscriptions'] {
  for (const name of ['thread_subscriptions', 'io.element.msc4308.thread_subscriptions'] as const) {
    const { enabled = false, limit = MAX_THREADS } = extensions[name] ?? {};
    if (enabled) return { name, limit: Math.min(limit, MAX_THREADS) };
  }
  return undefined;
}

function readProfiles(extensions: NonNullable<V4Body['extensions']>): SlidingRequest['profiles'] {
  for (const name of PROFILES) {
    const { enabled = false, fields } = extensions[name] ?? {};
    if (enabled) return { name, fields: fields === undefined ? undefined : new Set(fields) };
  }
  return undefined;
}

function checkedName(name: string): string {
  if (!LIST_NAME.test(name)) throw invalidParam('The name of a list has letters, digits and ._=~- only');
  return name;
}

function readPresence(presence = 'online'): SlidingRequest['setPresence'] {
  if (presence === 'offline' || presence === 'online' || presence === 'unavailable') return presence;
  throw invalidParam('set_presence is none of offline, online, unavailable');
}

type Compiled = Pick<RequestShape, 'lists' | 'subscriptions'>;
type Intern = (config: RoomConfig) => RoomConfig;

const subscriptionsOf = <Config>(
  configs: Readonly<Record<string, Config>> = {},
  read: (config: Config) => RoomConfig,
): ReadonlyMap<RoomId, RoomConfig> =>
  new Map(Object.entries(configs).map(([roomId, config]) => [readRoomId(roomId), read(config)]));

const compilePairs = (body: SimplifiedBody, intern: Intern): Compiled => ({
  lists: Object.entries(body.lists ?? {}).map(([name, list]) => ({
    name: checkedName(name),
    ranges: checkedRanges(list.ranges ?? ALL),
    filter: filterOf(list.filters, list.filters?.is_invite),
    config: intern(pairsConfig(list)),
  })),
  subscriptions: subscriptionsOf(body.room_subscriptions, (config) => intern(pairsConfig(config))),
});

const compileObjects = (body: V4Body, intern: Intern): Compiled => ({
  lists: Object.entries(body.lists ?? {}).map(([name, list]) => ({
    name: checkedName(name),
    ranges: checkedRanges(list.range === undefined ? ALL : [list.range]),
    filter: filterOf(list.filters, list.filters?.is_invited),
    config: intern(objectConfig(list)),
  })),
  subscriptions: subscriptionsOf(body.room_subscriptions, (config) => intern(objectConfig(config))),
});

/** Reads and checks what a client asks, in either dialect; throws what it is told when that cannot be understood. */
export class SlidingRequestReader {
  readonly #shapes = new Map<string, RequestShape>();
  /** By key, so that shapes which ask for the same of their rooms share what they say. */
  readonly #configs = new Map<string, RoomConfig>();

  readSimplified(who: Who, query: SimplifiedQuery, body: SimplifiedBody): SlidingRequest {
    return this.#read(who, SIMPLIFIED, { ...body, ...query }, (intern) => compilePairs(body, intern));
  }

  readV4(who: Who, body: V4Body): SlidingRequest {
    return this.#read(who, V4, body, (intern) => compileObjects(body, intern));
  }

  #read(who: Who, dialect: Dialect, body: CommonBody, compile: (intern: Intern) => Compiled): SlidingRequest {
    const { extensions = {} } = body;
    return {
      userId: who.userId,
      deviceId: who.deviceId,
      setPresence: appearanceOf(who, readPresence(body.set_presence)),
      dialect,
      connId: body.conn_id ?? '',
      pos: body.pos === '' ? undefined : body.pos,
      timeoutMs: body.timeout ?? 0,
      txnId: body.txn_id,
      shape: this.#shape(dialect, body, compile),
      toDevice: readToDevice(extensions.to_device),
      wantsDeviceLists: extensions.e2ee?.enabled === true,
      threadSubscriptions: readThreads(extensions),
      profiles: readProfiles(extensions),
    };
  }

  #shape({ name }: Dialect, body: CommonBody, compile: (intern: Intern) => Compiled): RequestShape {
    const { lists = {}, room_subscriptions: subscriptions = {}, extensions = {} } = body;
    if (Object.keys(lists).length > MAX_LISTS) throw invalidParam(`A request has at most ${MAX_LISTS} lists`);
    if (Object.keys(subscriptions).length > MAX_SUBSCRIPTIONS)
      throw invalidParam(`A request has at most ${MAX_SUBSCRIPTIONS} room subscriptions`);
    const { account_data: accountData, receipts, typing } = extensions;
    const profiles = PROFILES.map((extension) => extensions[extension]).find((asked) => asked?.enabled === true);
    const key = JSON.stringify([name, lists, subscriptions, accountData, receipts, typing, profiles]);
    if (key.length > MAX_SHAPE_CHARS) throw tooLarge('Lists and subscriptions ask for too many different things');
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const scopes = {
      accountData: scopeOf(accountData),
      receipts: scopeOf(receipts),
      typing: scopeOf(typing),
      profiles: scopeOf(profiles),
    };
    const shape = new RequestShape({ key, ...compile((config) => this.#intern(config)), scopes });
    if (this.#shapes.size >= CACHE_SIZE) this.#shapes.clear();
    this.#shapes.set(key, shape);
    return shape;
  }

  #intern(config: RoomConfig): RoomConfig {
    const known = this.#configs.get(config.key);
    if (known !== undefined) return known;
    if (this.#configs.size >= CACHE_SIZE) this.#configs.clear();
    this.#configs.set(config.key, config);
    return config;
  }
}

/** What both dialects have, wherever in the request it is. */
type CommonBody = Pick<V4Body, 'conn_id' | 'pos' | 'timeout' | 'set_presence' | 'extensions'> & {
  readonly txn_id?: string;
  readonly lists?: object;
  readonly room_subscriptions?: object;
};
