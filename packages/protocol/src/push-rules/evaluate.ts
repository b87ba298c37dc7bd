import type { JsonValue } from '../json.ts';
import { conditionHolds, textMatches, type PushContext } from './conditions.ts';
import type { PushEvent } from './push-event.ts';
import { pushRuleKinds, type PushAction, type PushRule, type PushRuleKind, type PushRuleset } from './push-rule.ts';

/** What an event means to one user. Without `notify` there is neither highlight nor tweak. */
export interface PushOutcome {
  readonly notify: boolean;
  readonly highlight: boolean;
  /** For the push gateway, `highlight` included when it is set. */
  readonly tweaks: Readonly<Record<string, JsonValue>>;
  /** The rule that decided, if one matched. */
  readonly ruleId: string | undefined;
}

/**
 * Asks a user's rules about an event: the first enabled rule that matches decides. Nobody is notified of their own events.
 * https://spec.matrix.org/v1.19/client-server-api/#push-rules
 */
export function evaluatePushRules(ruleset: PushRuleset, event: PushEvent, context: PushContext): PushOutcome {
  const rule = event.sender === context.userId ? undefined : findMatch(ruleset, event, context);
  return { ...readActions(rule?.actions ?? []), ruleId: rule?.rule_id };
}

function findMatch(ruleset: PushRuleset, event: PushEvent, context: PushContext): PushRule | undefined {
  for (const kind of pushRuleKinds) {
    const match = ruleset[kind].find((rule) => rule.enabled && ruleMatches(kind, rule, event, context));
    if (match !== undefined) return match;
  }
  return undefined;
}

function ruleMatches(kind: PushRuleKind, rule: PushRule, event: PushEvent, context: PushContext): boolean {
  switch (kind) {
    case 'override':
    case 'postcontent':
    case 'underride':
      return (rule.conditions ?? []).every((condition) => conditionHolds(condition, event, context));
    case 'content':
      return rule.pattern !== undefined && textMatches('content.body', rule.pattern, event);
    case 'room':
      return rule.rule_id === event.roomId;
    case 'sender':
      return rule.rule_id === event.sender;
  }
}

function readActions(actions: readonly PushAction[]): Omit<PushOutcome, 'ruleId'> {
  // "Clients and homeservers MUST ignore [dont_notify and coalesce]": like no action at all.
  if (!actions.includes('notify')) return { notify: false, highlight: false, tweaks: {} };
  const tweaks = new Map<string, JsonValue>();
  for (const action of actions) {
    const name = typeof action === 'string' ? undefined : action['set_tweak'];
    if (typeof action === 'string' || typeof name !== 'string') continue;
    // "If a highlight tweak is given with no value, its value is defined to be true."
    const value = action['value'] ?? (name === 'highlight' ? true : undefined);
    if (value !== undefined) tweaks.set(name, value);
  }
  return { notify: true, highlight: tweaks.get('highlight') === true, tweaks: Object.fromEntries(tweaks) };
}
