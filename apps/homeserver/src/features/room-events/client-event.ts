import type { DeviceId, UserId } from '@stafette/protocol';
import { emptiedEvent } from './redactions.ts';
import type { StoredEvent } from './stored-event.ts';

/** Who reads an event: what of `unsigned` is for them alone. */
export interface Viewer {
  readonly nowMs: number;
  /** The reading session; it recognises its own messages by their transaction id. */
  readonly sessionKey?: string | undefined;
  /** The reader's membership when the event was sent. */
  readonly membership?: string | undefined;
  /** Whose messages are shown emptied to a reader who was not in the room when they were sent. */
  readonly isErased?: ((userId: UserId) => boolean) | undefined;
  /** The event as other servers have it, with its hashes and signatures, instead of the form for clients. */
  readonly wantsPdu?: boolean | undefined;
}

/** What a session is called in transactions: it survives a token refresh. */
export const sessionKeyOf = (requester: { readonly userId: UserId; readonly deviceId: DeviceId | undefined }): string =>
  `${requester.userId} ${requester.deviceId ?? ''}`;

const DELAYED = 'delayed ';

/** In whose name the server sends what a user had it send later; no device is called that. */
export const delayedSessionKeyOf = (userId: UserId): string => `${DELAYED}${userId}`;

function unsignedTransaction({ sender, transaction }: StoredEvent, sessionKey: string | undefined): string {
  if (transaction === undefined || sessionKey === undefined) return '';
  if (transaction.sessionKey === sessionKey) return `,"transaction_id":${JSON.stringify(transaction.txnId)}`;
  return transaction.sessionKey.startsWith(DELAYED) && sessionKey.startsWith(`${sender} `)
    ? `,"org.matrix.msc4140.delay_id":${JSON.stringify(transaction.txnId)}`
    : '';
}

/** As `clientBase` in the other format, which has no id in newer versions: clients need one all the same. */
const pduBase = ({ json, eventId, version }: StoredEvent): string =>
  json.slice(0, -1) + (version.eventIdFormat === 'wire' ? '' : `,"event_id":${JSON.stringify(eventId)}`);

/**
 * The one place where an event becomes what clients see, as JSON text: the shared part of the event, which is not parsed,
 * and the reader's `unsigned`. `relations` is the JSON text of `m.relations`.
 * https://spec.matrix.org/v1.19/client-server-api/#room-event-format
 */
export function toClientJson(event: StoredEvent, viewer: Viewer, relations?: string): string {
  const isForgotten =
    event.stateKey === undefined && viewer.membership !== 'join' && viewer.isErased?.(event.sender) === true;
  let unsigned = `"age":${Math.max(0, viewer.nowMs - event.originServerTs)}`;
  if (relations !== undefined) unsigned += `,"m.relations":${relations}`;
  if (viewer.membership !== undefined) unsigned += `,"membership":${JSON.stringify(viewer.membership)}`;
  if (event.previousContent !== undefined) unsigned += `,"prev_content":${event.previousContent}`;
  if (event.redactedBecause !== undefined)
    unsigned += `,"redacted_because":${toClientJson(event.redactedBecause, { nowMs: viewer.nowMs })}`;
  if (event.replacesState !== undefined) unsigned += `,"replaces_state":${JSON.stringify(event.replacesState)}`;
  unsigned += unsignedTransaction(event, viewer.sessionKey);
  const shown = isForgotten ? emptiedEvent(event) : event;
  const base = viewer.wantsPdu === true ? pduBase(shown) : shown.clientBase;
  return `${base},"unsigned":{${unsigned}}}`;
}

/** A state event as strangers to the room see it, in invitations and knocks. https://spec.matrix.org/v1.19/client-server-api/#stripped-state */
export const toStrippedJson = (event: StoredEvent): string =>
  `{"content":${event.contentJson},"sender":${JSON.stringify(event.sender)},"state_key":${JSON.stringify(event.stateKey ?? '')},"type":${JSON.stringify(event.type)}}`;

/** As {@link toStrippedJson}, for the person whose membership it is: clients show when somebody was invited. */
export const toDatedStrippedJson = (event: StoredEvent): string =>
  `${toStrippedJson(event).slice(0, -1)},"event_id":${JSON.stringify(event.eventId)},"origin_server_ts":${event.originServerTs}}`;
