import {
  masterRuleId,
  pushRuleKinds,
  type PushAction,
  type PushRule,
  type PushRuleKind,
  type PushRuleset,
} from './push-rule.ts';

/** How many rules of their own a user may have, over all kinds. */
export const maxPushRules = 500;

/**
 * `unknown-rule`: there is no such rule. `unknown-neighbor`: there is none to be placed beside. `default-rule`: the server's rules can be switched and
 * given other actions, but not be replaced, removed or used to place others. `too-many-rules`: the limit is reached.
 */
export type PushRuleProblem = 'unknown-rule' | 'unknown-neighbor' | 'default-rule' | 'too-many-rules';

export type EditedRuleset =
  | { readonly edited: true; readonly ruleset: PushRuleset }
  | { readonly edited: false; readonly problem: PushRuleProblem };

/** Where a rule goes: right above `before`, else right below `after`. */
export interface PushRulePlace {
  readonly before?: string;
  readonly after?: string;
}

const refuseEdit = (problem: PushRuleProblem): EditedRuleset => ({ edited: false, problem });

function withKind(ruleset: PushRuleset, kind: PushRuleKind, rules: readonly PushRule[]): EditedRuleset {
  return { edited: true, ruleset: { ...ruleset, [kind]: rules } };
}

/**
 * Adds a rule of the user's own, or replaces the one of that id, which stays enabled or disabled and, without a place, where
 * it is. A new rule without a place becomes the most important of the user's own.
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid
 */
export function putPushRule(
  ruleset: PushRuleset,
  kind: PushRuleKind,
  rule: PushRule,
  place: PushRulePlace = {},
): EditedRuleset {
  const rules = ruleset[kind];
  const existing = rules.find((known) => known.rule_id === rule.rule_id);
  if (existing?.default === true) return refuseEdit('default-rule');
  if (existing === undefined && countOwnRules(ruleset) >= maxPushRules) return refuseEdit('too-many-rules');
  const placed = existing === undefined ? rule : { ...rule, enabled: existing.enabled };
  const neighborId = place.before ?? place.after;
  if (neighborId === undefined) {
    return withKind(ruleset, kind, existing === undefined ? onTop(rules, rule) : replace(rules, placed));
  }
  const neighbor = rules.find((known) => known.rule_id === neighborId);
  if (neighbor === undefined) return refuseEdit('unknown-neighbor');
  if (neighbor.default) return refuseEdit('default-rule');
  // Beside itself: it stays where it is.
  if (neighbor === existing) return withKind(ruleset, kind, replace(rules, placed));
  const others = rules.filter((known) => known !== existing);
  const index = others.indexOf(neighbor) + (place.before === undefined ? 1 : 0);
  return withKind(ruleset, kind, others.toSpliced(index, 0, placed));
}

/** Removes one of the user's own rules. */
export function removePushRule(ruleset: PushRuleset, kind: PushRuleKind, ruleId: string): EditedRuleset {
  const existing = ruleset[kind].find((rule) => rule.rule_id === ruleId);
  if (existing === undefined) return refuseEdit('unknown-rule');
  if (existing.default) return refuseEdit('default-rule');
  return withKind(
    ruleset,
    kind,
    ruleset[kind].filter((rule) => rule !== existing),
  );
}

/** Switches a rule on or off, the server's included. */
export function enablePushRule(
  ruleset: PushRuleset,
  kind: PushRuleKind,
  ruleId: string,
  enabled: boolean,
): EditedRuleset {
  const existing = ruleset[kind].find((rule) => rule.rule_id === ruleId);
  return existing === undefined
    ? refuseEdit('unknown-rule')
    : withKind(ruleset, kind, replace(ruleset[kind], { ...existing, enabled }));
}

/** Gives a rule other actions, the server's included. */
export function setPushRuleActions(
  ruleset: PushRuleset,
  kind: PushRuleKind,
  ruleId: string,
  actions: readonly PushAction[],
): EditedRuleset {
  const existing = ruleset[kind].find((rule) => rule.rule_id === ruleId);
  return existing === undefined
    ? refuseEdit('unknown-rule')
    : withKind(ruleset, kind, replace(ruleset[kind], { ...existing, actions }));
}

function countOwnRules(ruleset: PushRuleset): number {
  return pushRuleKinds.reduce((count, kind) => count + ruleset[kind].filter((rule) => !rule.default).length, 0);
}

function onTop(rules: readonly PushRule[], rule: PushRule): readonly PushRule[] {
  const index = rules[0]?.rule_id === masterRuleId ? 1 : 0;
  return rules.toSpliced(index, 0, rule);
}

function replace(rules: readonly PushRule[], rule: PushRule): readonly PushRule[] {
  return rules.map((known) => (known.rule_id === rule.rule_id ? rule : known));
}
