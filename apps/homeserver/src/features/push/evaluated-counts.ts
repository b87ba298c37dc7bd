import {
  evaluatePushRules,
  readPushEvent,
  type EventId,
  type JsonObject,
  type PushContext,
  type PushRuleset,
} from '@stafette/protocol';
import { threadRootOf } from './unread-flags.ts';
import type { UnreadEvent } from './unread-source.ts';

/** An event of which the user's own rules notify. */
export interface EvaluatedEvent {
  readonly pos: number;
  readonly threadId: string;
  readonly isHighlight: boolean;
}

/** What is known of one user in one room whose rules are asked about each event. */
export interface Evaluated {
  readonly after: number;
  upTo: number;
  readonly events: EvaluatedEvent[];
}

/** Asks a user's rules about an event; undefined when they do not notify. */
export function evaluateEvent(
  event: UnreadEvent,
  ruleset: PushRuleset,
  context: PushContext,
  ignored: ReadonlySet<string>,
): EvaluatedEvent | undefined {
  if (ignored.has(event.sender)) return undefined;
  // Canonical text of an event is an object with an object `content`.
  const json = JSON.parse(event.json) as JsonObject & { content: JsonObject };
  // The id came from the events' own table.
  const pushEvent = readPushEvent({
    json,
    roomId: event.roomId,
    eventId: event.eventId as EventId,
    sender: event.sender,
  });
  const outcome = evaluatePushRules(ruleset, pushEvent, context);
  if (!outcome.notify) return undefined;
  return { pos: event.pos, threadId: threadRootOf(json.content) ?? 'main', isHighlight: outcome.highlight };
}
