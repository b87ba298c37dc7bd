import type { ProtocolCrypto } from '../crypto.ts';
import type { Pdu } from '../events/pdu.ts';
import type { EventId } from '../identifiers.ts';

/** What the authorization rules read of the event they judge. Every {@link Pdu} is one. */
export type AuthPdu = Pick<
  Pdu,
  'eventId' | 'roomId' | 'type' | 'stateKey' | 'sender' | 'content' | 'prevEvents' | 'authEvents' | 'redacts' | 'json'
>;

/** The room's state as the rules ask for it: the state event of this type and state key, if there is one. */
export type StateLookup = (type: string, stateKey: string) => Pdu | undefined;

/** An event that another one cites as its authorization, and whether this server rejected it. */
export interface CitedEvent {
  readonly event: Pdu;
  readonly rejected: boolean;
}

/** Finds an event that this server has stored, outliers included. */
export type CitedEventLookup = (eventId: EventId) => CitedEvent | undefined;

/** What the rules need besides the event and the state. */
export interface AuthContext {
  readonly crypto: ProtocolCrypto;
  /**
   * Whether the event carries a valid signature of that server. Asked only for the server of
   * `join_authorised_via_users_server` (restricted joins). The answer does not depend on the state, so whoever has
   * verified all signatures at receipt, such as state resolution, may answer `true`.
   */
  isSignedBy(serverName: string): boolean;
}
