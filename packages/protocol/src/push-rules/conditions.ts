import type { PowerLevels } from '../event-auth/power-levels.ts';
import { codePointsOf, foldCase, matchesWhole, matchesWords, piecesOf } from '../glob.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { PushEvent } from './push-event.ts';

/** What a rule knows besides the event: the user it is for and the room at that moment. */
export interface PushContext {
  readonly userId: string;
  /** The user's name in that room. */
  readonly displayName: string | undefined;
  /** Joined members. */
  readonly memberCount: number;
  readonly levels: PowerLevels;
  /** Whether the user follows the thread that the event is in; says nothing of an event in none. */
  readonly followsThread: boolean;
}

/** The condition of https://github.com/matrix-org/matrix-spec-proposals/pull/4306, by its name before it has a version. */
export const threadSubscriptionKind = 'io.element.msc4306.thread_subscription';

const bodyPath = 'content.body';

/**
 * Whether a condition holds. One of an unknown kind, or without its parameters, never does.
 * https://spec.matrix.org/v1.19/client-server-api/#conditions-1
 */
export function conditionHolds(condition: JsonObject, event: PushEvent, context: PushContext): boolean {
  const { kind, key, pattern, value, is, subscribed } = condition;
  switch (kind) {
    case 'event_match':
      return typeof key === 'string' && typeof pattern === 'string' && textMatches(key, pattern, event);
    case 'event_property_is':
      return typeof key === 'string' && isScalar(value) && event.valueAt(key) === value;
    case 'event_property_contains':
      return typeof key === 'string' && isScalar(value) && contains(event.valueAt(key), value);
    case 'contains_display_name':
      return bodyContains(context.displayName, event);
    case 'room_member_count':
      return typeof is === 'string' && countMatches(is, context.memberCount);
    case 'sender_notification_permission':
      return typeof key === 'string' && context.levels.userLevel(event.sender) >= context.levels.notificationLevel(key);
    case threadSubscriptionKind:
      return isInThread(event) && subscribed === context.followsThread;
    default:
      return false;
  }
}

function isInThread(event: PushEvent): boolean {
  return (
    event.valueAt('content.m\\.relates_to.rel_type') === 'm.thread' &&
    typeof event.valueAt('content.m\\.relates_to.event_id') === 'string'
  );
}

/**
 * Whether the text at a path matches a glob, without regard to case: the whole value, but of `content.body` some part that
 * starts and ends at word boundaries.
 */
export function textMatches(path: string, pattern: string, event: PushEvent): boolean {
  const text = event.textAt(path);
  if (text === undefined) return false;
  const pieces = piecesOf(foldCase(pattern));
  return path === bodyPath ? matchesWords(pieces, text) : matchesWhole(pieces, text);
}

/** "Only supports non-compound canonical JSON values: strings, integers, booleans, and null." */
function isScalar(value: JsonValue | undefined): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
}

function contains(list: JsonValue | undefined, value: JsonValue | undefined): boolean {
  return Array.isArray(list) && list.some((entry) => entry === value);
}

function bodyContains(displayName: string | undefined, event: PushEvent): boolean {
  const body = event.textAt(bodyPath);
  if (body === undefined || displayName === undefined || displayName === '') return false;
  // A literal: a star in somebody's name is a star.
  return matchesWords([codePointsOf(foldCase(displayName))], body);
}

const countPattern = /^(==|<=|>=|<|>)?([0-9]{1,15})$/;

/** Whether the text can be the parameter `is` of `room_member_count`. */
export function isCountComparison(is: string): boolean {
  return countPattern.test(is);
}

function countMatches(is: string, memberCount: number): boolean {
  const [, comparison = '==', digits] = countPattern.exec(is) ?? [];
  if (digits === undefined) return false;
  const bound = Number(digits);
  switch (comparison) {
    case '<':
      return memberCount < bound;
    case '>':
      return memberCount > bound;
    case '<=':
      return memberCount <= bound;
    case '>=':
      return memberCount >= bound;
    default:
      return memberCount === bound;
  }
}
