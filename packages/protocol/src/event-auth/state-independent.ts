import type { EventId } from '../identifiers.ts';
import type { Pdu } from '../events/pdu.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { selectAuthEventKeys } from './auth-events-selection.ts';
import type { AuthPdu, CitedEvent, CitedEventLookup, StateLookup } from './auth-input.ts';
import { checkCreate } from './create.ts';
import { allowed, refuse, type AuthVerdict } from './verdict.ts';

/** The id of the create event that the id of a version 12 room is made from. */
export function createEventIdOf(roomId: string): EventId {
  // A room id of version 12 is its create event's id with another sigil, so what follows it has been checked already.
  return `$${roomId.slice(1)}` as EventId;
}

/** Type and state key as one string that no two pairs share, whatever characters they hold. */
function pairKey(type: string, stateKey: string): string {
  return `${type.length} ${type}${stateKey}`;
}

/**
 * The rules that look at the event and the events it cites, never at the room's state: run once, at receipt. `find` must
 * know the cited events; one that it does not know refuses the event, and the verdict may change once it is known.
 */
export function checkStateIndependent(event: AuthPdu, version: RoomVersion, find: CitedEventLookup): AuthVerdict {
  // "If type is m.room.create: ..."
  if (event.type === 'm.room.create') return checkCreate(event, version);
  // Version 12: "If the event's room_id is not an event ID for an accepted (not rejected) m.room.create event, with the
  // sigil ! instead of $, reject."
  if (version.roomIdIsCreateHash) {
    const create = find(createEventIdOf(event.roomId));
    if (create === undefined || create.rejected || create.event.type !== 'm.room.create') {
      return refuse(version, 'roomId', 'the room id is not that of an accepted create event');
    }
  }
  return checkCitedEvents(event, version, find);
}

function checkCitedEvents(event: AuthPdu, version: RoomVersion, find: CitedEventLookup): AuthVerdict {
  const cited: CitedEvent[] = [];
  for (const id of event.authEvents) {
    const found = find(id);
    if (found === undefined) return refuse(version, 'authEvents', 'an auth event is unknown');
    cited.push(found);
  }
  // "If there are duplicate entries for a given type and state_key pair, reject."
  const pairs = cited.map(({ event: { type, stateKey } }) => pairKey(type, stateKey ?? ''));
  if (new Set(pairs).size < pairs.length)
    return refuse(version, 'authEvents.duplicate', 'two auth events share type and state key');
  // "If there are entries whose type and state_key don't match those specified by the auth events selection algorithm
  // described in the server specification, reject."
  const selected = new Set(selectAuthEventKeys(event, version).map(([type, stateKey]) => pairKey(type, stateKey)));
  for (const { event: authEvent } of cited) {
    if (authEvent.stateKey === undefined || !selected.has(pairKey(authEvent.type, authEvent.stateKey))) {
      return refuse(version, 'authEvents.selection', 'an auth event does not authorize this event');
    }
  }
  // "If there are entries which were themselves rejected under the checks performed on receipt of a PDU, reject."
  if (cited.some(({ rejected }) => rejected))
    return refuse(version, 'authEvents.rejected', 'an auth event was rejected');
  // Versions 1 to 11: "If there is no m.room.create event among the entries, reject."
  if (!version.roomIdIsCreateHash && !cited.some(({ event: { type } }) => type === 'm.room.create')) {
    return refuse(version, 'authEvents.create', 'the create event is not among the auth events');
  }
  // "If any event in auth_events has a room_id which does not match that of the event being authorised, reject."
  if (cited.some(({ event: { roomId } }) => roomId !== event.roomId)) {
    return refuse(version, 'authEvents.room', 'an auth event is from another room');
  }
  return allowed;
}

/**
 * The state that an event's own auth events make up (in version 12 with the create event, which the room id implies):
 * what it is checked against first at receipt. Unknown and rejected events are left out.
 */
export function stateOfAuthEvents(event: AuthPdu, version: RoomVersion, find: CitedEventLookup): StateLookup {
  const state = new Map<string, Pdu>();
  const ids = version.roomIdIsCreateHash ? [createEventIdOf(event.roomId), ...event.authEvents] : event.authEvents;
  for (const id of ids) {
    const cited = find(id);
    if (cited === undefined || cited.rejected || cited.event.stateKey === undefined) continue;
    state.set(pairKey(cited.event.type, cited.event.stateKey), cited.event);
  }
  return (type, stateKey) => state.get(pairKey(type, stateKey));
}
