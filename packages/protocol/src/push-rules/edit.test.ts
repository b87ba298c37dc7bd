import { describe, expect, it } from 'vitest';
import { anna } from '../testing/test-room.ts';
import { defaultRuleset } from './default-rules.ts';
import {
  enablePushRule,
  maxPushRules,
  putPushRule,
  removePushRule,
  setPushRuleActions,
  type EditedRuleset,
} from './edit.ts';
import { masterRuleId, type PushRule, type PushRuleset } from './push-rule.ts';
import { parsePushActions, parsePushRule } from './parse-rule.ts';

const rule = (id: string): PushRule => ({ rule_id: id, default: false, enabled: true, actions: [], conditions: [] });

function expectEdited(result: EditedRuleset): PushRuleset {
  if (!result.edited) throw new Error(result.problem);
  return result.ruleset;
}

const refused = (problem: string): unknown => ({ edited: false, problem });

/** Three rules of Anna's own, b above a above c. */
const start = ['c', 'a', 'b'].reduce(
  (rules, id) => expectEdited(putPushRule(rules, 'override', rule(id))),
  defaultRuleset(anna),
);
const ownIds = (ruleset: PushRuleset): readonly string[] =>
  ruleset.override.filter((known) => !known.default).map((known) => known.rule_id);

describe('putting a push rule', () => {
  it("places it above the user's other rules and below the master rule", () => {
    expect(start.override.slice(0, 5).map((known) => known.rule_id)).toEqual([
      masterRuleId,
      'b',
      'a',
      'c',
      '.m.rule.suppress_notices',
    ]);
  });

  it.each([
    [{ before: 'a' }, ['b', 'x', 'a', 'c']],
    [{ after: 'a' }, ['b', 'a', 'x', 'c']],
    [{ after: 'c' }, ['b', 'a', 'c', 'x']],
    [{ before: 'c', after: 'b' }, ['b', 'a', 'x', 'c']],
  ])('places it %j', (place, expected) => {
    expect(ownIds(expectEdited(putPushRule(start, 'override', rule('x'), place)))).toEqual(expected);
  });

  it('moves a rule that exists, or leaves it where it is', () => {
    expect(ownIds(expectEdited(putPushRule(start, 'override', rule('b'), { after: 'c' })))).toEqual(['a', 'c', 'b']);
    expect(ownIds(expectEdited(putPushRule(start, 'override', rule('c'))))).toEqual(['b', 'a', 'c']);
    expect(ownIds(expectEdited(putPushRule(start, 'override', rule('a'), { before: 'a' })))).toEqual(['b', 'a', 'c']);
  });

  it('leaves a rule that exists switched off', () => {
    const off = expectEdited(enablePushRule(start, 'override', 'a', false));
    const changed = expectEdited(putPushRule(off, 'override', { ...rule('a'), actions: ['notify'] }));
    expect(changed.override.find((known) => known.rule_id === 'a')).toEqual({
      ...rule('a'),
      actions: ['notify'],
      enabled: false,
    });
  });

  it('refuses places beside a default rule or an unknown one', () => {
    expect(putPushRule(start, 'override', rule('x'), { before: '.m.rule.reaction' })).toEqual(refused('default-rule'));
    expect(putPushRule(start, 'override', rule('x'), { after: 'nobody' })).toEqual(refused('unknown-neighbor'));
  });

  it('stops at the limit, and still replaces', () => {
    const many = Array.from({ length: maxPushRules }, (_, index) => rule(`!room${index}`));
    const full = { ...defaultRuleset(anna), room: many };
    expect(putPushRule(full, 'override', rule('x'))).toEqual(refused('too-many-rules'));
    expect(putPushRule({ ...full, room: many.slice(1) }, 'override', rule('x')).edited).toBe(true);
    expect(putPushRule(full, 'room', rule('!room1')).edited).toBe(true);
  });
});

describe('a default rule', () => {
  it('can be switched and given actions, but not be removed', () => {
    const off = expectEdited(enablePushRule(start, 'underride', '.m.rule.message', false));
    expect(off.underride.find((known) => known.rule_id === '.m.rule.message')?.enabled).toBe(false);
    const quiet = expectEdited(setPushRuleActions(start, 'underride', '.m.rule.message', []));
    expect(quiet.underride.find((known) => known.rule_id === '.m.rule.message')?.actions).toEqual([]);
    expect(removePushRule(start, 'underride', '.m.rule.message')).toEqual(refused('default-rule'));
    expect(putPushRule(start, 'underride', rule('.m.rule.message'))).toEqual(refused('default-rule'));
  });
});

describe('removing, switching and changing', () => {
  it('finds own rules and no others', () => {
    expect(ownIds(expectEdited(removePushRule(start, 'override', 'a')))).toEqual(['b', 'c']);
    expect(removePushRule(start, 'override', 'x')).toEqual(refused('unknown-rule'));
    expect(removePushRule(start, 'room', 'a')).toEqual(refused('unknown-rule'));
    expect(enablePushRule(start, 'override', 'x', true)).toEqual(refused('unknown-rule'));
    expect(setPushRuleActions(start, 'override', 'x', [])).toEqual(refused('unknown-rule'));
  });
});

describe('a rule from a client', () => {
  const parse = (
    body: Parameters<typeof parsePushRule>[2],
    kind: Parameters<typeof parsePushRule>[0] = 'override',
    id = 'x',
  ) => parsePushRule(kind, id, body);

  it.each([
    [{ actions: [] }, { conditions: [] }],
    [
      { actions: ['dont_notify'], conditions: [] },
      { conditions: [], actions: ['dont_notify'] },
    ],
    [
      { actions: ['notify', { set_tweak: 'sound', value: 'x' }], conditions: [{ kind: 'org.example.new', a: 1 }] },
      { conditions: [{ kind: 'org.example.new', a: 1 }] },
    ],
  ])('is read from %j', (body, expected) => {
    expect(parse(body)).toMatchObject({
      valid: true,
      rule: { rule_id: 'x', default: false, enabled: true, ...expected },
    });
  });

  it.each([
    [{}],
    [{ actions: 'notify' }],
    [{ actions: ['shout'] }],
    [{ actions: [{ value: 1 }] }],
    [{ actions: Array.from({ length: 17 }, () => 'notify') }],
    [{ actions: [], conditions: {} }],
    [{ actions: [], conditions: [{}] }],
    [{ actions: [], conditions: [{ kind: 'event_match', key: 'type' }] }],
    [{ actions: [], conditions: [{ kind: 'event_match', key: 'type', pattern: '*'.repeat(513) }] }],
    [{ actions: [], conditions: [{ kind: 'event_property_is', key: 'type' }] }],
    [{ actions: [], conditions: [{ kind: 'room_member_count', is: 'two' }] }],
    [{ actions: [], conditions: Array.from({ length: 33 }, () => ({ kind: 'x' })) }],
  ])('is refused: %j', (body) => {
    expect(parse(body).valid).toBe(false);
  });

  it('has a pattern when it is about content', () => {
    expect(parse({ actions: [], pattern: 'cake*lie' }, 'content')).toMatchObject({ rule: { pattern: 'cake*lie' } });
    expect(parse({ actions: [] }, 'content').valid).toBe(false);
  });

  it.each(['', '.m.rule.own', 'a/b', 'a\\b', 'x'.repeat(513)])('is refused under the id %j', (id) => {
    expect(parse({ actions: [] }, 'room', id).valid).toBe(false);
    expect(parse({ actions: [] }, 'room', '!room:a.example').valid).toBe(true);
  });

  it('has its historical actions left out', () => {
    expect(parsePushActions(['dont_notify', 'notify', 'coalesce'])).toEqual({
      valid: true,
      actions: ['dont_notify', 'notify', 'coalesce'],
    });
  });
});
