import type { EventId, JsonObject, JsonValue } from '@stafette/protocol';

/** Relations that are followed to find out whether an event is in a thread. */
const MAX_HOPS = 3;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The relation that an event states, if any. */
export function relationOf(content: JsonObject): { readonly type: string; readonly eventId: string } | undefined {
  const relation = content['m.relates_to'];
  if (!isObject(relation)) return undefined;
  const { rel_type: type, event_id: eventId } = relation;
  return typeof type === 'string' && typeof eventId === 'string' ? { type, eventId } : undefined;
}

/**
 * The thread that an event belongs to: 'main' or the id of the thread's root. Reactions and edits belong to the thread of
 * what they relate to. https://spec.matrix.org/v1.19/client-server-api/#threaded-read-receipts
 */
export async function threadOf(
  content: JsonObject,
  findContent: (eventId: EventId) => Promise<JsonObject | undefined>,
): Promise<string> {
  let current: JsonObject | undefined = content;
  for (let hop = 0; hop <= MAX_HOPS && current !== undefined; hop += 1) {
    const relation = relationOf(current);
    if (relation === undefined) return 'main';
    if (relation.type === 'm.thread') return relation.eventId;
    // Only looked up: an id that is none finds nothing.
    current = await findContent(relation.eventId as EventId);
  }
  return 'main';
}
