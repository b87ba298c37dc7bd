import { badJson } from '@stafette/contracts';
import { matchesGlob, parseJson, type JsonObject, type JsonValue } from '@stafette/protocol';
import type { StoredEvent } from '../room-events/index.ts';

/** What a filter looks at in an event. */
export type FilteredEvent = Pick<StoredEvent, 'type' | 'sender' | 'roomId' | 'content'> & {
  readonly relatesTo: Pick<NonNullable<StoredEvent['relatesTo']>, 'relType'> | undefined;
};

/** Which events of a room a reader wants. https://spec.matrix.org/v1.19/client-server-api/#filtering */
export interface EventFilter {
  readonly limit: number | undefined;
  readonly lazyLoadMembers: boolean;
  /** Only events to which others relate in one of these ways, by one of these users. */
  readonly relatedByRelTypes: readonly string[] | undefined;
  readonly relatedBySenders: readonly string[] | undefined;
  matches(event: FilteredEvent): boolean;
  matchesRoom(roomId: string): boolean;
}

const texts = (value: JsonValue | undefined): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;

const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => pattern === text || (pattern.includes('*') && matchesGlob(pattern, text)));

export function compileEventFilter(filter: JsonObject): EventFilter {
  const [types, notTypes, senders, notSenders] = [
    texts(filter['types']),
    texts(filter['not_types']),
    texts(filter['senders']),
    texts(filter['not_senders']),
  ];
  const [rooms, notRooms] = [texts(filter['rooms']), texts(filter['not_rooms'])];
  // How the event itself relates to another. https://github.com/matrix-org/matrix-spec-proposals/pull/3874
  const relTypes = texts(filter['org.matrix.msc3874.rel_types']);
  const notRelTypes = texts(filter['org.matrix.msc3874.not_rel_types']);
  const containsUrl = filter['contains_url'];
  const limit = filter['limit'];
  const matchesRoom = (roomId: string): boolean =>
    notRooms?.includes(roomId) !== true && (rooms === undefined || rooms.includes(roomId));
  return {
    limit: typeof limit === 'number' && Number.isInteger(limit) && limit > 0 ? limit : undefined,
    lazyLoadMembers: filter['lazy_load_members'] === true,
    relatedByRelTypes: texts(filter['related_by_rel_types']),
    relatedBySenders: texts(filter['related_by_senders']),
    matchesRoom,
    matches(event) {
      // Exclusion wins over inclusion.
      if (notTypes !== undefined && matchesAny(notTypes, event.type)) return false;
      if (types !== undefined && !matchesAny(types, event.type)) return false;
      if (notSenders?.includes(event.sender) === true) return false;
      if (senders !== undefined && !senders.includes(event.sender)) return false;
      if (!matchesRoom(event.roomId)) return false;
      const relType = event.relatesTo?.relType;
      if (relType !== undefined && notRelTypes?.includes(relType) === true) return false;
      if (relTypes !== undefined && (relType === undefined || !relTypes.includes(relType))) return false;
      return typeof containsUrl !== 'boolean' || (typeof event.content['url'] === 'string') === containsUrl;
    },
  };
}

/** Reads the `filter` of a query; M_BAD_JSON when it is not an object. */
export function readEventFilter(text: string | undefined): EventFilter {
  if (text === undefined || text === '') return compileEventFilter({});
  const parsed = parseJson(text, { mode: 'request' });
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
    throw badJson('The filter is not a JSON object');
  // Neither null nor an array: an object.
  return compileEventFilter(parsed.value as JsonObject);
}
