import type { RoomVersion } from '../room-versions/room-version.ts';
import { rulesOf, type RuleName } from './rule-numbers.ts';

/**
 * Whether an event is authorized. A refusal names the rule by its number in the specification of the event's room
 * version, for example `5.3.2`; the reason is for logs and tests and holds no content of the event.
 */
export type AuthVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: string; readonly reason: string };

export const allowed: AuthVerdict = { allowed: true };

/** A refusal under the rule's number in this version; throws when the version has no such rule, which is a bug here. */
export function refuse(version: RoomVersion, name: RuleName, reason: string): AuthVerdict {
  const rule = rulesOf(version).get(name);
  if (rule === undefined) throw new Error(`room version ${version.id} has no authorization rule ${name}`);
  return { allowed: false, rule, reason };
}
