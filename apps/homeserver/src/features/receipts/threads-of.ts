import type { EventId, JsonObject, JsonValue } from '@stafette/protocol';

/** Relations that are followed to find out which thread an event has to do with. */
const MAX_HOPS = 3;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The relation that an event states, if any. */
function relationOf(content: JsonObject): { readonly type: string; readonly eventId: string } | undefined {
  const relation = content['m.relates_to'];
  if (!isObject(relation)) return undefined;
  const { rel_type: type, event_id: eventId } = relation;
  return typeof type === 'string' && typeof eventId === 'string' ? { type, eventId } : undefined;
}

/**
 * The threads in which a receipt may stand at an event: 'main' or ids of roots. Reactions and edits belong to the thread
 * of what they relate to. An event that is in no thread is in the main timeline, and related to the event at the end of
 * its relations, or itself, which may be a root.
 * https://spec.matrix.org/v1.19/client-server-api/#threaded-read-receipts
 */
export async function threadsOf(
  eventId: string,
  content: JsonObject,
  findContent: (eventId: EventId) => Promise<JsonObject | undefined>,
): Promise<readonly string[]> {
  let leadsTo = eventId;
  let current: JsonObject | undefined = content;
  for (let hop = 0; hop <= MAX_HOPS && current !== undefined; hop += 1) {
    const relation = relationOf(current);
    if (relation === undefined) break;
    if (relation.type === 'm.thread') return [relation.eventId];
    leadsTo = relation.eventId;
    // Only looked up: an id that is none finds nothing.
    current = await findContent(relation.eventId as EventId);
  }
  return ['main', leadsTo];
}
