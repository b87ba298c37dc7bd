import type { EventId, EventReference, Pdu, PolicyServer } from '@stafette/protocol';
import type { RelatesTo, TransactionKey } from './event-intent.ts';
import type { StoredEvent } from './stored-event.ts';

/** A state event that was in force when another one took its place. */
export interface ReplacedState {
  readonly eventId: EventId;
  readonly contentJson: string;
}

/** An event that is built and signed, chained to its room, and not yet written. */
export interface StagedEvent {
  readonly pdu: Pdu;
  readonly reference: EventReference;
  readonly json: string;
  readonly contentFrom: number;
  readonly contentTo: number;
  readonly unreadFlags: number;
  /** The room's running count with this event. */
  readonly notifySeq: number;
  readonly relatesTo: RelatesTo | undefined;
  readonly replaces: ReplacedState | undefined;
  /** Before and after, for a member event. */
  readonly membership: { readonly from: string | undefined; readonly to: string } | undefined;
  /** The event whose content this redaction takes away. */
  readonly redactionTarget: StoredEvent | undefined;
  readonly transaction: TransactionKey | undefined;
  /** Who has to sign the event before it is written. */
  readonly policyServer: PolicyServer | undefined;
}

/** An intent that was accepted: as a new event, or as the repetition of state that is in force already. */
export type StagedIntent =
  | { readonly kind: 'new'; readonly event: StagedEvent }
  | { readonly kind: 'unchanged'; readonly eventId: EventId; readonly type: string; readonly stateKey: string };
