import type { Pdu } from '../events/pdu.ts';
import type { EventId } from '../identifiers.ts';
import { authChainOf } from './auth-difference.ts';
import type { KnownEvents } from './known-events.ts';

/**
 * "A power event is a state event with type m.room.power_levels or m.room.join_rules, or a state event with type
 * m.room.member where the membership is leave or ban and the sender does not match the state_key."
 */
export function isPowerEvent({ type, stateKey, sender, content }: Pdu): boolean {
  if (stateKey === undefined) return false;
  if (type === 'm.room.power_levels' || type === 'm.room.join_rules') return true;
  const membership = content['membership'];
  return type === 'm.room.member' && (membership === 'leave' || membership === 'ban') && sender !== stateKey;
}

/**
 * "Select the set X of all power events that appear in the full conflicted set. For each such power event P, enlarge X by
 * adding the events in the auth chain of P which also belong to the full conflicted set."
 */
export function selectPowerEvents(fullConflicted: ReadonlySet<EventId>, events: KnownEvents): ReadonlySet<EventId> {
  const selected = new Set([...fullConflicted].filter((eventId) => isPowerEvent(events.get(eventId))));
  for (const eventId of authChainOf(selected, events)) if (fullConflicted.has(eventId)) selected.add(eventId);
  return selected;
}
