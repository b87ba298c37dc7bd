import type { ProtocolCrypto } from '../crypto.ts';
import { checkEventAuth } from '../event-auth/state-dependent.ts';
import { createEventIdOf } from '../event-auth/state-independent.ts';
import type { StateLookup } from '../event-auth/auth-input.ts';
import type { Pdu } from '../events/pdu.ts';
import type { EventId } from '../identifiers.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import type { KnownEvents, StateMap } from './known-events.ts';
import { createKey, toStateKey, type StateKey } from './state-key.ts';

export interface Resolution {
  readonly version: RoomVersion;
  readonly events: KnownEvents;
  readonly crypto: ProtocolCrypto;
}

/** Whether an event may follow on a state. All signatures were verified when the event came in. */
export function isAllowed(event: Pdu, state: StateLookup, { version, crypto }: Resolution): boolean {
  return checkEventAuth(event, state, version, { crypto, isSignedBy: () => true }).allowed;
}

/**
 * "Constructs a new room state by iterating through the event list and applying the state event to the room state if the
 * state event is allowed by the authorisation rules. If the state event is not allowed by the authorisation rules, then the
 * event is ignored. If a (event_type, state_key) key that is required for checking the authorisation rules is not present in
 * the state, then the appropriate state event from the event's auth_events is used if the auth event is not rejected."
 */
export function iterativeAuth(
  initial: StateMap<StateKey>,
  ordered: readonly EventId[],
  resolution: Resolution,
): ReadonlyMap<StateKey, EventId> {
  const { events } = resolution;
  const resolved = new Map(initial);
  for (const eventId of ordered) {
    const event = events.get(eventId);
    if (event.stateKey === undefined) continue;
    const ownAuthEvents = authEventsByKey(event, resolution);
    const state: StateLookup = (type, stateKey) => {
      const key = toStateKey(type, stateKey);
      const found = resolved.get(key) ?? ownAuthEvents.get(key);
      return found === undefined ? undefined : events.get(found);
    };
    if (isAllowed(event, state, resolution)) resolved.set(toStateKey(event.type, event.stateKey), eventId);
  }
  return resolved;
}

function authEventsByKey(event: Pdu, { version, events }: Resolution): StateMap<StateKey> {
  const byKey = new Map<StateKey, EventId>();
  for (const authEventId of event.authEvents) {
    const { type, stateKey } = events.get(authEventId);
    if (stateKey !== undefined && !events.isRejected(authEventId)) byKey.set(toStateKey(type, stateKey), authEventId);
  }
  // Version 12 does not name the create event: every event is authorized by that of its room id.
  if (version.roomIdIsCreateHash) byKey.set(createKey, createEventIdOf(event.roomId));
  return byKey;
}
