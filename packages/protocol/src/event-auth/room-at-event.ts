import type { Pdu } from '../events/pdu.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import type { AuthContext, AuthPdu, StateLookup } from './auth-input.ts';
import type { PowerLevels } from './power-levels.ts';

/** One event and the room it is judged in: what every state-dependent rule takes. */
export interface RoomAtEvent {
  readonly event: AuthPdu;
  readonly version: RoomVersion;
  readonly create: Pdu;
  readonly creators: readonly string[];
  readonly levels: PowerLevels;
  readonly state: StateLookup;
  readonly context: AuthContext;
}
