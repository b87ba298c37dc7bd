import type { JsonObject, JsonValue, PowerLevels } from '@stafette/protocol';

/**
 * What an event means to readers with the default push rules, decided once when it is written. Stored with the event.
 * Counts follow by subtraction: each event carries the number of events of its room with {@link countsInMain}.
 */
export const NOTIFIES = 1;
/** Highlights for everybody. */
export const HIGHLIGHTS = 2;
/** Somebody is mentioned, who is notified and sees a highlight. */
export const MENTIONS = 4;
/** Belongs to a thread; its root is in the event's relation. */
export const THREADED = 8;
/** Belongs to a thread, and notifies those who follow it. */
export const FOLLOWABLE = 16;

/** Whether an event adds to the running counter of its room. */
export const countsInMain = (flags: number): boolean => (flags & (NOTIFIES | THREADED)) === NOTIFIES;

/** Whether an event is looked at by itself when counts are made; all others are only counted. */
export const isSpecial = (flags: number): boolean => flags >= HIGHLIGHTS;

export interface ClassifiedEvent {
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly sender: string;
  readonly content: JsonObject;
}

const NOTIFYING_TYPES: ReadonlySet<string> = new Set([
  'm.call.invite',
  'm.room.message',
  'm.room.encrypted',
  'org.matrix.msc3381.poll.start',
  'org.matrix.msc3381.poll.end',
]);

/** Nobody is told of these, whichever thread they belong to. */
const QUIET_TYPES: ReadonlySet<string> = new Set(['m.reaction', 'org.matrix.msc3381.poll.response']);

const asObject = (value: JsonValue | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // Not null, no array: an object is left.
      (value as JsonObject)
    : undefined;

/** The users whom an event mentions. https://spec.matrix.org/v1.19/client-server-api/#user-and-room-mentions */
export function mentionedUsers(content: JsonObject): readonly string[] {
  const userIds = asObject(content['m.mentions'])?.['user_ids'];
  return Array.isArray(userIds) ? userIds.filter((userId): userId is string => typeof userId === 'string') : [];
}

/** The root of the thread that an event says it belongs to. */
export function threadRootOf(content: JsonObject): string | undefined {
  const relation = asObject(content['m.relates_to']);
  const root = relation?.['event_id'];
  return relation?.['rel_type'] === 'm.thread' && typeof root === 'string' ? root : undefined;
}

/**
 * The default push rules, asked for everybody at once; equal to `evaluatePushRules` with the default ruleset, where
 * threads are quiet and where they are not, which a test holds it to. https://spec.matrix.org/v1.19/client-server-api/#predefined-rules
 */
export function unreadFlags({ type, stateKey, sender, content }: ClassifiedEvent, levels: PowerLevels): number {
  // Patterns of push rules match without regard to case.
  const folded = type.toLowerCase();
  const msgtype = content['msgtype'];
  if (folded === 'm.room.member' || (typeof msgtype === 'string' && msgtype.toLowerCase() === 'm.notice')) return 0;
  let flags = mentionedUsers(content).length > 0 ? MENTIONS : 0;
  const highlightsAll =
    asObject(content['m.mentions'])?.['room'] === true && levels.userLevel(sender) >= levels.notificationLevel('room');
  if (highlightsAll || (folded === 'm.room.tombstone' && stateKey === '')) flags |= NOTIFIES | HIGHLIGHTS;
  else if (NOTIFYING_TYPES.has(folded) && asObject(content['m.relates_to'])?.['rel_type'] !== 'm.replace')
    flags |= NOTIFIES;
  if (threadRootOf(content) === undefined) return flags;
  const isQuiet = QUIET_TYPES.has(folded) || (folded === 'm.room.server_acl' && stateKey === '');
  if (!isQuiet) flags |= FOLLOWABLE;
  return flags === 0 ? 0 : flags | THREADED;
}
