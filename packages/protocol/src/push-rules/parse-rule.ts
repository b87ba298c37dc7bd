import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isCountComparison } from './conditions.ts';
import type { PushAction, PushRule, PushRuleKind } from './push-rule.ts';

/** The longest pattern, path or rule id, in UTF-16 units. A rule is asked about every message of every room of its user. */
export const maxPushRuleTextLength = 512;
export const maxConditions = 32;
const maxActions = 16;

export type ParsedPushRule =
  | { readonly valid: true; readonly rule: PushRule }
  | { readonly valid: false; readonly reason: string };

export type ParsedActions =
  | { readonly valid: true; readonly actions: readonly PushAction[] }
  | { readonly valid: false; readonly reason: string };

const invalid = (reason: string): { readonly valid: false; readonly reason: string } => ({ valid: false, reason });

/**
 * A rule of the user's own from the body of a request, enabled as new rules are.
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid
 */
export function parsePushRule(kind: PushRuleKind, ruleId: string, body: JsonObject): ParsedPushRule {
  if (ruleId === '' || ruleId.length > maxPushRuleTextLength) return invalid('rule id is empty or too long');
  if (ruleId.startsWith('.')) return invalid("rule ids that start with a dot are the server's");
  if (/[/\\]/.test(ruleId)) return invalid('rule id contains a slash or backslash');
  if (kind === 'postcontent') return invalid("rules of this kind are the server's");
  const parsed = parsePushActions(body['actions']);
  if (!parsed.valid) return parsed;
  const rule: PushRule = { rule_id: ruleId, default: false, enabled: true, actions: parsed.actions };
  if (kind === 'content') {
    const pattern = body['pattern'];
    return isShortText(pattern)
      ? { valid: true, rule: { ...rule, pattern } }
      : invalid('pattern is missing or too long');
  }
  if (kind === 'room' || kind === 'sender') return { valid: true, rule };
  const conditions = body['conditions'] ?? [];
  if (!Array.isArray(conditions) || conditions.length > maxConditions)
    return invalid('conditions are no list or too many');
  return conditions.every(isCondition)
    ? { valid: true, rule: { ...rule, conditions } }
    : invalid('a condition is malformed');
}

/** The actions of a rule; the historical `dont_notify` and `coalesce` mean nothing, and stay for those who set them. */
export function parsePushActions(value: JsonValue | undefined): ParsedActions {
  if (!Array.isArray(value) || value.length > maxActions) return invalid('actions are missing, no list or too many');
  const actions: PushAction[] = [];
  // `Array.isArray` widens the readonly list to any; its entries are JSON as before.
  for (const action of value as readonly JsonValue[]) {
    if (action === 'notify' || action === 'dont_notify' || action === 'coalesce' || isTweak(action))
      actions.push(action);
    else return invalid('an action is unknown');
  }
  return { valid: true, actions };
}

function isTweak(action: JsonValue): action is JsonObject {
  return isJsonObject(action) && isShortText(action['set_tweak']);
}

function isShortText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.length <= maxPushRuleTextLength;
}

/** A condition of a kind that we know has its parameters; one that we do not know is kept, and never holds. */
function isCondition(condition: JsonValue): condition is JsonObject {
  if (!isJsonObject(condition)) return false;
  const { kind, key, pattern, is } = condition;
  switch (kind) {
    case 'event_match':
      return isShortText(key) && isShortText(pattern);
    case 'event_property_is':
    case 'event_property_contains':
      return isShortText(key) && condition['value'] !== undefined;
    case 'sender_notification_permission':
      return isShortText(key);
    case 'room_member_count':
      return typeof is === 'string' && isCountComparison(is);
    default:
      return isShortText(kind);
  }
}
