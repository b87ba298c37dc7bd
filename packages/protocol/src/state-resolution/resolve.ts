import type { ProtocolCrypto } from '../crypto.ts';
import type { EventId } from '../identifiers.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import type { KnownEvents, StateMap } from './known-events.ts';
import { resolveV1 } from './resolve-v1.ts';
import { resolveV2 } from './resolve-v2.ts';
import type { StateKey } from './state-key.ts';

/**
 * The state of a room after several events at once: resolves their state sets by the algorithm of the room's version. Pure
 * and synchronous; the same sets give the same state whatever their order. `events` holds all events in the sets and in
 * their auth chains; the event of a state set that is missing there throws.
 * https://spec.matrix.org/v1.19/rooms/
 */
export function resolveState(
  version: RoomVersion,
  stateSets: readonly StateMap<StateKey>[],
  events: KnownEvents,
  crypto: ProtocolCrypto,
): ReadonlyMap<StateKey, EventId> {
  const [only, ...others] = stateSets;
  if (only === undefined) return new Map();
  if (others.length === 0) return only;
  const resolution = { version, events, crypto };
  return version.stateResolution === 'v1' ? resolveV1(stateSets, resolution) : resolveV2(stateSets, resolution);
}
