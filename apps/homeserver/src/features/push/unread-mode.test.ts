import { defaultRuleset, type PushRule, type PushRuleKind, type PushRuleset } from '@stafette/protocol';
import { expect, test } from 'vitest';
import { unreadModeOf } from './unread-mode.ts';

const anna = '@anna:example.org';
const room = '!room:example.org';
const other = '!other:example.org';

const own = (rule_id: string, parts: Partial<PushRule> = {}): PushRule => ({
  rule_id,
  default: false,
  enabled: true,
  actions: [],
  ...parts,
});
const withRule = (kind: PushRuleKind, rule: PushRule): PushRuleset => {
  const rules = defaultRuleset(anna);
  return { ...rules, [kind]: [rule, ...rules[kind]] };
};
const changed = (ruleId: string, parts: Partial<PushRule>): PushRuleset => {
  const rules = defaultRuleset(anna);
  const change = (rule: PushRule): PushRule => (rule.rule_id === ruleId ? { ...rule, ...parts } : rule);
  return { ...rules, override: rules.override.map(change), underride: rules.underride.map(change) };
};
const inRoom = (roomId: string) => [{ kind: 'event_match', key: 'room_id', pattern: roomId }];

test.each<[string, PushRuleset, string]>([
  ['the default rules', defaultRuleset(anna), 'default'],
  [
    'another sound',
    changed('.m.rule.message', { actions: ['notify', { set_tweak: 'sound', value: 'bell' }] }),
    'default',
  ],
  ['everything off', changed('.m.rule.master', { enabled: true }), 'silent'],
  ['messages that do not notify', changed('.m.rule.message', { actions: [] }), 'evaluate'],
  ['edits that notify', changed('.m.rule.suppress_edits', { enabled: false }), 'evaluate'],
  ['this room muted', withRule('override', own(room, { conditions: inRoom(room) })), 'silent'],
  ['another room muted', withRule('override', own(other, { conditions: inRoom(other) })), 'default'],
  ['a rule for rooms by pattern', withRule('override', own('x', { conditions: inRoom('!o*') })), 'evaluate'],
  ['mentions only in this room', withRule('room', own(room)), 'mentions'],
  ['mentions only in another room', withRule('room', own(other)), 'default'],
  ['a louder room', withRule('room', own(room, { actions: ['notify', { set_tweak: 'highlight' }] })), 'evaluate'],
  ['a keyword', withRule('content', own('word', { pattern: 'word', actions: ['notify'] })), 'evaluate'],
  [
    'a keyword that is off',
    withRule('content', own('word', { pattern: 'word', actions: ['notify'], enabled: false })),
    'default',
  ],
  ['a silent sender', withRule('sender', own('@bernd:example.org')), 'evaluate'],
])('%s', (_, ruleset, mode) => {
  expect(unreadModeOf(ruleset, anna, room)).toBe(mode);
});
