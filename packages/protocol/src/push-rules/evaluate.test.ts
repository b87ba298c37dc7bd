import { describe, expect, it } from 'vitest';
import { readPowerLevels } from '../event-auth/power-levels.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, toPdu } from '../testing/test-room.ts';
import { defaultRuleset } from './default-rules.ts';
import { evaluatePushRules, type PushOutcome } from './evaluate.ts';
import { readPushEvent } from './push-event.ts';
import type { PushRule, PushRuleKind, PushRuleset } from './push-rule.ts';

const levels = readPowerLevels(undefined, getRoomVersion('11'), []);
const context = { userId: anna, displayName: 'Anna', memberCount: 3, levels, followsThread: false };
const content = { msgtype: 'm.text', body: 'Time for tea' };
const event = readPushEvent(toPdu({ type: 'm.room.message', sender: bernd, eventId: '$e', roomId: '!r', content }));

const rule = (id: string, change: Partial<PushRule> = {}): PushRule => ({
  rule_id: id,
  default: false,
  enabled: true,
  actions: [],
  ...change,
});

function evaluate(own: Partial<PushRuleset>): PushOutcome {
  const defaults = defaultRuleset(anna);
  const above = (kind: PushRuleKind): readonly PushRule[] => [...(own[kind] ?? []), ...defaults[kind]];
  const ruleset = {
    override: above('override'),
    content: above('content'),
    postcontent: above('postcontent'),
    room: above('room'),
    sender: above('sender'),
    underride: above('underride'),
  };
  return evaluatePushRules(ruleset, event, context);
}

describe('of the rules that match', () => {
  const all = {
    override: [rule('override')],
    content: [rule('tea', { pattern: 'tea' })],
    room: [rule('!r')],
    sender: [rule(bernd)],
    underride: [rule('underride')],
  };

  it.each([
    [all, 'override'],
    [{ ...all, override: [] }, 'tea'],
    [{ ...all, override: [], content: [rule('time', { pattern: 'TIME' }), ...all.content] }, 'time'],
    [{ ...all, override: [], content: [rule('other', { pattern: 'ea' })] }, '!r'],
    [{ sender: all.sender, room: [rule('!other')], underride: all.underride }, bernd],
    [{ sender: [rule(anna)], underride: all.underride }, 'underride'],
    [{}, '.m.rule.message'],
    [{ override: [rule('off', { enabled: false })] }, '.m.rule.message'],
    [{ override: [rule('never', { conditions: [{ kind: 'unknown' }] })] }, '.m.rule.message'],
  ])('of %j the most important decides', (own, expected) => {
    expect(evaluate(own).ruleId).toBe(expected);
  });
});

describe('the actions', () => {
  const outcomeOf = (actions: PushRule['actions']): Omit<PushOutcome, 'ruleId'> => {
    const { ruleId: _, ...outcome } = evaluate({ override: [rule('x', { actions })] });
    return outcome;
  };

  it.each<readonly [PushRule['actions'], Omit<PushOutcome, 'ruleId'>]>([
    [[], { notify: false, highlight: false, tweaks: {} }],
    [['dont_notify'], { notify: false, highlight: false, tweaks: {} }],
    [[{ set_tweak: 'highlight' }], { notify: false, highlight: false, tweaks: {} }],
    [['notify', { set_tweak: 'highlight' }], { notify: true, highlight: true, tweaks: { highlight: true } }],
    [
      ['notify', { set_tweak: 'highlight', value: false }],
      { notify: true, highlight: false, tweaks: { highlight: false } },
    ],
    [
      ['notify', 'coalesce', { set_tweak: 'sound', value: 'bell' }],
      { notify: true, highlight: false, tweaks: { sound: 'bell' } },
    ],
    [['notify', { unknown: 1 }], { notify: true, highlight: false, tweaks: {} }],
  ])('%j mean %j', (actions, expected) => {
    expect(outcomeOf(actions)).toEqual(expected);
  });
});
