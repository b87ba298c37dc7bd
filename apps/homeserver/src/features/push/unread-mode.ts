import {
  defaultRuleset,
  masterRuleId,
  pushRuleKinds,
  type PushAction,
  type PushRule,
  type PushRuleset,
} from '@stafette/protocol';

/**
 * How a user's unread events of one room are counted.
 * `default`: by subtraction. `mentions`: only what highlights, and where threads are quiet those that the user follows.
 * `silent`: nothing. `evaluate`: the rules are asked about each event.
 */
export type UnreadMode = 'default' | 'mentions' | 'silent' | 'evaluate';

const notifies = (actions: readonly PushAction[]): boolean => actions.includes('notify');
const highlights = (actions: readonly PushAction[]): boolean =>
  actions.some(
    (action) => typeof action !== 'string' && action['set_tweak'] === 'highlight' && (action['value'] ?? true) === true,
  );

/** Other tweaks, such as sounds, do not change a count. */
const countsAlike = (one: PushRule, other: PushRule): boolean =>
  one.enabled === other.enabled &&
  notifies(one.actions) === notifies(other.actions) &&
  (!notifies(one.actions) || highlights(one.actions) === highlights(other.actions));

/** The room that a rule is limited to by a condition, when the pattern is a plain id. */
function roomOf(rule: PushRule): string | undefined {
  for (const condition of rule.conditions ?? []) {
    const { kind, key, pattern } = condition;
    if (kind === 'event_match' && key === 'room_id' && typeof pattern === 'string' && !/[*?]/.test(pattern))
      return pattern;
  }
  return undefined;
}

const isOtherRoom = (rule: PushRule, roomId: string): boolean => {
  const room = roomOf(rule);
  return room !== undefined && room.toLowerCase() !== roomId.toLowerCase();
};

/** The mode for one room. Users who share a mode share its counters, so that a message costs nothing per reader. */
export function unreadModeOf(ruleset: PushRuleset, userId: string, roomId: string): UnreadMode {
  if (ruleset.override.some((rule) => rule.rule_id === masterRuleId && rule.enabled)) return 'silent';
  // Those of threads included: a ruleset without them has changed none of them.
  const defaults = defaultRuleset(userId, { quietThreads: true });
  const known = new Map(pushRuleKinds.flatMap((kind) => defaults[kind].map((rule) => [rule.rule_id, rule])));
  const rules = pushRuleKinds.flatMap((kind) => ruleset[kind]);
  const hasChangedDefaults = rules.some((rule) => {
    const original = rule.default ? known.get(rule.rule_id) : undefined;
    return original !== undefined && !countsAlike(rule, original);
  });
  const own = (kind: keyof PushRuleset): readonly PushRule[] =>
    ruleset[kind].filter((rule) => !rule.default && rule.enabled && !isOtherRoom(rule, roomId));
  const overrides = own('override');
  const [first] = overrides;
  // The client's way to mute a room: a rule above all others that holds for every event of it.
  if (first?.conditions?.length === 1 && roomOf(first) !== undefined && !notifies(first.actions)) return 'silent';
  if (hasChangedDefaults || overrides.length > 0 || own('content').length > 0) return 'evaluate';
  const roomRule = own('room').find((rule) => rule.rule_id === roomId);
  if (roomRule !== undefined) return notifies(roomRule.actions) ? 'evaluate' : 'mentions';
  return own('sender').length > 0 || own('underride').length > 0 ? 'evaluate' : 'default';
}
