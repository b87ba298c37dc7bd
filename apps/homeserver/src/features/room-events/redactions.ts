import { forbidden } from '@stafette/contracts';
import { canonicalJson, redact, type PowerLevels } from '@stafette/protocol';
import { locateContent } from './content-span.ts';
import type { EventIntent } from './event-intent.ts';
import { StoredEvent, type StoredEventFields } from './stored-event.ts';

/**
 * Whether a local user may redact this event: their own, or anybody's with the room's redact level. From room version 3
 * on the authorization rules leave this to whoever applies the redaction.
 * https://spec.matrix.org/v1.19/rooms/v3/#handling-redactions
 */
export function checkRedaction(intent: EventIntent, target: StoredEvent, levels: PowerLevels): void {
  if (target.type === 'm.room.create') throw forbidden('The create event of a room cannot be redacted');
  if (target.sender !== intent.sender && levels.userLevel(intent.sender) < levels.redact)
    throw forbidden('Not allowed: the event is of another user');
}

/** The text of an event of which nothing is left but what the room needs, and where its content lies. */
export function emptiedText(event: StoredEvent): Pick<StoredEventFields, 'json' | 'contentFrom' | 'contentTo'> {
  const json = canonicalJson({ ...redact(event.pdu.json, event.version) });
  const { from, to } = locateContent(json);
  return { json, contentFrom: from, contentTo: to };
}

/** The event with nothing left but what the room needs, and nobody's redaction. */
export const emptiedEvent = (event: StoredEvent): StoredEvent => {
  const fields: StoredEventFields = event;
  return new StoredEvent({ ...fields, ...emptiedText(event) });
};

/** The event without what a redaction takes away: also its relation, and what it meant to readers. */
export function redactedForm(target: StoredEvent, redaction: StoredEvent): StoredEvent {
  const fields: StoredEventFields = target;
  return new StoredEvent(
    { ...fields, ...emptiedText(target), relatesTo: undefined, redactedBy: redaction.eventId },
    { redactedBecause: redaction, previousContent: target.previousContent },
  );
}
