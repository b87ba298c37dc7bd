import type { JsonObject, JsonValue } from '@stafette/protocol';

/** What a filter looks at in an event. */
export interface FilteredEvent {
  readonly type: string;
  readonly sender: string;
  /** Whether the content has a `url`; asked only by filters that care. */
  hasUrl(): boolean;
}

/** The events of one part of an answer that a client wants. */
export interface EventFilter {
  readonly limit: number | undefined;
  /** False when every event passes: then nothing need be looked at. */
  readonly isSelective: boolean;
  matches(event: FilteredEvent): boolean;
  /** For data that has a type but neither sender nor content. */
  matchesType(type: string): boolean;
  matchesRoom(roomId: string): boolean;
}

/** A client's filter, compiled. https://spec.matrix.org/v1.19/client-server-api/#filtering */
export interface SyncFilter {
  /** Equal for filters that are. */
  readonly key: string;
  readonly accountData: EventFilter;
  readonly presence: EventFilter;
  readonly room: {
    matchesRoom(roomId: string): boolean;
    readonly includeLeave: boolean;
    readonly timeline: EventFilter;
    readonly state: EventFilter;
    readonly ephemeral: EventFilter;
    readonly accountData: EventFilter;
    readonly lazyLoadMembers: boolean;
    readonly includeRedundantMembers: boolean;
    readonly unreadThreadNotifications: boolean;
  };
  /** Events as they are between servers. */
  readonly isFederationFormat: boolean;
  /** Dot-separated paths; undefined for whole events. */
  readonly eventFields: readonly string[] | undefined;
}

const asObject = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // Not null, no array: an object is left.
      (value as JsonObject)
    : {};

/** Undefined when the list is absent, which is not the same as empty. */
function readList(value: JsonValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}

/** `*` matches any sequence; in one pass, since the pattern comes from outside. */
function matchesWildcard(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

type Test = (value: string) => boolean;

function typeTest(patterns: readonly string[]): Test {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wildcards = patterns.filter((pattern) => pattern.includes('*'));
  return (type) => exact.has(type) || wildcards.some((pattern) => matchesWildcard(pattern, type));
}

function memberTest(values: readonly string[]): Test {
  const set = new Set(values);
  return (value) => set.has(value);
}

/** In neither list or only in the first: a value that is excluded stays so even when it is included too. */
function listTest(
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  makeTest: (values: readonly string[]) => Test,
): Test | undefined {
  if (included === undefined && (excluded === undefined || excluded.length === 0)) return undefined;
  const isIncluded = included && makeTest(included);
  const isExcluded = makeTest(excluded ?? []);
  return (value) => !isExcluded(value) && (isIncluded === undefined || isIncluded(value));
}

function compileEventFilter(json: JsonObject): EventFilter {
  const type = listTest(readList(json['types']), readList(json['not_types']), typeTest);
  const sender = listTest(readList(json['senders']), readList(json['not_senders']), memberTest);
  const room = listTest(readList(json['rooms']), readList(json['not_rooms']), memberTest);
  const containsUrl = typeof json['contains_url'] === 'boolean' ? json['contains_url'] : undefined;
  const limit = json['limit'];
  return {
    limit: typeof limit === 'number' && Number.isInteger(limit) && limit >= 0 ? limit : undefined,
    isSelective: type !== undefined || sender !== undefined || containsUrl !== undefined,
    matches: (event) =>
      (type === undefined || type(event.type)) &&
      (sender === undefined || sender(event.sender)) &&
      (containsUrl === undefined || event.hasUrl() === containsUrl),
    matchesType: (name) => type === undefined || type(name),
    matchesRoom: (roomId) => room === undefined || room(roomId),
  };
}

export function compileFilter(json: JsonObject): SyncFilter {
  const room = asObject(json['room']);
  const state = asObject(room['state']);
  const timeline = asObject(room['timeline']);
  const rooms = compileEventFilter({ rooms: room['rooms'], not_rooms: room['not_rooms'] });
  return {
    key: JSON.stringify(json),
    accountData: compileEventFilter(asObject(json['account_data'])),
    presence: compileEventFilter(asObject(json['presence'])),
    room: {
      matchesRoom: rooms.matchesRoom,
      includeLeave: room['include_leave'] === true,
      timeline: compileEventFilter(timeline),
      state: compileEventFilter(state),
      ephemeral: compileEventFilter(asObject(room['ephemeral'])),
      accountData: compileEventFilter(asObject(room['account_data'])),
      lazyLoadMembers: state['lazy_load_members'] === true,
      includeRedundantMembers: state['include_redundant_members'] === true,
      unreadThreadNotifications: timeline['unread_thread_notifications'] === true,
    },
    isFederationFormat: json['event_format'] === 'federation',
    eventFields: readList(json['event_fields']),
  };
}

export const NO_FILTER: SyncFilter = compileFilter({});
