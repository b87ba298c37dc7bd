import { describe, expect, it } from 'vitest';
import { readPowerLevels } from '../event-auth/power-levels.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, clara, toPdu, type EventDraft } from '../testing/test-room.ts';
import type { PushContext } from './conditions.ts';
import { completeRuleset, defaultRuleset } from './default-rules.ts';
import { evaluatePushRules, type PushOutcome } from './evaluate.ts';
import { readPushEvent } from './push-event.ts';
import { enablePushRule, putPushRule, setPushRuleActions } from './edit.ts';
import { masterRuleId, pushRuleKinds, type PushRuleset } from './push-rule.ts';

const version = getRoomVersion('12');
const levels = readPowerLevels({ users: { [bernd]: 50 } }, version, [clara]);
const context: PushContext = { userId: anna, displayName: 'Anna', memberCount: 3, levels, followsThread: false };

/** What an event of Bernd's means to Anna, in a room of three. */
function outcomeOf(
  draft: Partial<EventDraft>,
  change: Partial<PushContext> = {},
  ruleset: PushRuleset = defaultRuleset(anna),
): PushOutcome {
  const pdu = toPdu({ type: 'm.room.message', sender: bernd, eventId: '$e', roomId: '!r', ...draft });
  return evaluatePushRules(ruleset, readPushEvent(pdu), { ...context, ...change });
}

const silent = { notify: false, highlight: false, tweaks: {} };
const quiet = { notify: true, highlight: false, tweaks: {} };
const loud = { notify: true, highlight: false, tweaks: { sound: 'default' } };
const ring = { notify: true, highlight: false, tweaks: { sound: 'ring' } };
const highlighted = { notify: true, highlight: true, tweaks: { highlight: true } };
const loudlyHighlighted = { notify: true, highlight: true, tweaks: { sound: 'default', highlight: true } };

const text = { msgtype: 'm.text', body: 'Hello' };
const member = { type: 'm.room.member', stateKey: anna, content: { membership: 'invite' } };
const acl = { type: 'm.room.server_acl', stateKey: '' };
const edit = (relType: string) => ({ content: { ...text, 'm.relates_to': { rel_type: relType, event_id: '$1' } } });
const mention = (mentions: Readonly<Record<string, boolean | readonly string[]>>) => ({
  content: { ...text, 'm.mentions': mentions },
});

interface DefaultRuleCase {
  readonly rule: string;
  readonly fires: readonly [Partial<EventDraft>, Partial<PushContext>?];
  readonly outcome: Omit<PushOutcome, 'ruleId'>;
  readonly passes: readonly [Partial<EventDraft>, Partial<PushContext>?];
}

const cases: readonly DefaultRuleCase[] = [
  {
    rule: '.m.rule.suppress_notices',
    fires: [{ content: { ...text, msgtype: 'm.notice' } }],
    outcome: silent,
    passes: [{ content: text }],
  },
  { rule: '.m.rule.invite_for_me', fires: [member], outcome: loud, passes: [{ ...member, stateKey: clara }] },
  { rule: '.m.rule.member_event', fires: [{ ...member, stateKey: clara }], outcome: silent, passes: [member] },
  {
    rule: '.m.rule.is_user_mention',
    fires: [mention({ user_ids: [clara, anna] })],
    outcome: loudlyHighlighted,
    passes: [mention({ user_ids: [clara] })],
  },
  {
    rule: '.m.rule.is_room_mention',
    fires: [mention({ room: true })],
    outcome: highlighted,
    passes: [{ ...mention({ room: true }), sender: '@low:b.example' }],
  },
  {
    rule: '.m.rule.tombstone',
    fires: [{ type: 'm.room.tombstone', stateKey: '' }],
    outcome: highlighted,
    passes: [{ type: 'm.room.tombstone' }],
  },
  {
    rule: '.m.rule.reaction',
    fires: [{ type: 'm.reaction' }],
    outcome: silent,
    passes: [{ type: 'm.reaction.other' }],
  },
  { rule: '.m.rule.room.server_acl', fires: [acl], outcome: silent, passes: [{ ...acl, stateKey: 'x' }] },
  { rule: '.m.rule.suppress_edits', fires: [edit('m.replace')], outcome: silent, passes: [edit('m.thread')] },
  { rule: '.m.rule.call', fires: [{ type: 'm.call.invite' }], outcome: ring, passes: [{ type: 'm.call.answer' }] },
  {
    rule: '.m.rule.encrypted_room_one_to_one',
    fires: [{ type: 'm.room.encrypted' }, { memberCount: 2 }],
    outcome: loud,
    passes: [{ type: 'm.room.encrypted' }],
  },
  {
    rule: '.m.rule.room_one_to_one',
    fires: [{ content: text }, { memberCount: 2 }],
    outcome: loud,
    passes: [{ content: text }],
  },
  {
    rule: '.m.rule.message',
    fires: [{ content: text }],
    outcome: quiet,
    passes: [{ type: 'm.sticker', content: text }],
  },
  {
    rule: '.m.rule.encrypted',
    fires: [{ type: 'm.room.encrypted' }],
    outcome: quiet,
    passes: [{ type: 'm.room.encrypted' }, { memberCount: 2 }],
  },
  {
    rule: '.org.matrix.msc3930.rule.poll_response',
    fires: [{ type: 'org.matrix.msc3381.poll.response' }],
    outcome: silent,
    passes: [{ type: 'org.matrix.msc3381.poll.start' }],
  },
  ...['start', 'end'].flatMap((moment) => {
    const poll = { type: `org.matrix.msc3381.poll.${moment}` };
    const rule = `.org.matrix.msc3930.rule.poll_${moment}`;
    return [
      {
        rule: `${rule}_one_to_one`,
        fires: [poll, { memberCount: 2 }] as const,
        outcome: loud,
        passes: [poll] as const,
      },
      { rule, fires: [poll] as const, outcome: quiet, passes: [poll, { memberCount: 2 }] as const },
    ];
  }),
];

describe('each default rule', () => {
  it('is tried with an event that it is for and one that it is not for', () => {
    const all = pushRuleKinds.flatMap((kind) => defaultRuleset(anna)[kind]).map((rule) => rule.rule_id);
    expect([masterRuleId, ...cases.map(({ rule }) => rule)].toSorted()).toEqual(all.toSorted());
    expect(all.length).toBe(20);
  });

  it.each(cases)('$rule', ({ rule, fires, outcome, passes }) => {
    expect(outcomeOf(...fires)).toEqual({ ...outcome, ruleId: rule });
    expect(outcomeOf(...passes).ruleId).not.toBe(rule);
  });

  it('.m.rule.master silences everything once it is switched on', () => {
    const on = enablePushRule(defaultRuleset(anna), 'override', masterRuleId, true);
    const mentioned = mention({ user_ids: [anna] });
    expect(on.edited && outcomeOf(mentioned, {}, on.ruleset)).toEqual({ ...silent, ruleId: masterRuleId });
    expect(outcomeOf(mentioned).notify).toBe(true);
  });

  it("is for other people's events only", () => {
    expect(outcomeOf({ content: text, sender: anna })).toEqual({ ...silent, ruleId: undefined });
  });
});

describe('where threads are followed', () => {
  const ruleset = defaultRuleset(anna, { quietThreads: true });
  const inThread = (content: object, followsThread: boolean): PushOutcome =>
    outcomeOf({ ...edit('m.thread'), ...content }, { followsThread }, ruleset);

  it('a message in a thread is for those who follow it, and those whom it mentions', () => {
    const followed = '.io.element.msc4306.rule.subscribed_thread';
    const other = '.io.element.msc4306.rule.unsubscribed_thread';
    expect(inThread({}, true)).toEqual({ ...loud, ruleId: followed });
    expect(inThread({}, false)).toEqual({ ...silent, ruleId: other });
    expect(inThread({ type: 'm.sticker' }, true)).toEqual({ ...loud, ruleId: followed });
    expect(inThread({ type: 'm.reaction' }, true).ruleId).toBe('.m.rule.reaction');
    const { content } = mention({ user_ids: [anna] });
    const mentioned = { content: { ...content, 'm.relates_to': { rel_type: 'm.thread', event_id: '$1' } } };
    expect(inThread(mentioned, false).ruleId).toBe('.m.rule.is_user_mention');
  });

  it('a message in no thread is as always', () => {
    expect(outcomeOf({ content: text }, { followsThread: true }, ruleset).ruleId).toBe('.m.rule.message');
    expect(outcomeOf({ content: text }, {}, ruleset).ruleId).toBe('.m.rule.message');
    const nowhere = { content: { ...text, 'm.relates_to': { rel_type: 'm.thread' } } };
    expect(outcomeOf(nowhere, {}, ruleset).ruleId).toBe('.m.rule.message');
  });

  it('the rules stand above those of a room and below keywords', () => {
    const muted = putPushRule(ruleset, 'room', { rule_id: '!r', default: false, enabled: true, actions: [] });
    expect(muted.edited && outcomeOf(edit('m.thread'), { followsThread: true }, muted.ruleset)).toMatchObject(loud);
    const keyword = { rule_id: 'hello', default: false, enabled: true, actions: ['notify'], pattern: 'hello' };
    const heard = putPushRule(ruleset, 'content', keyword);
    expect(heard.edited && outcomeOf(edit('m.thread'), {}, heard.ruleset).ruleId).toBe('hello');
  });
});

describe('a stored ruleset', () => {
  const own = { rule_id: 'own', default: false, enabled: true, actions: ['notify'], conditions: [] };

  it("gets the default rules that it lacks, and keeps the user's own rules and choices", () => {
    const edits = [
      (rules: PushRuleset) => putPushRule(rules, 'override', own),
      (rules: PushRuleset) => enablePushRule(rules, 'underride', '.m.rule.message', false),
      (rules: PushRuleset) => setPushRuleActions(rules, 'underride', '.m.rule.call', []),
    ];
    const edited = edits.reduce((rules, edit) => {
      const result = edit(rules);
      return result.edited ? result.ruleset : rules;
    }, defaultRuleset(anna));
    const outdated = {
      ...edited,
      override: edited.override
        .filter(({ rule_id: id }) => id !== '.m.rule.reaction')
        .concat({ ...own, rule_id: '.gone', default: true }),
    };
    expect(completeRuleset(outdated, anna)).toEqual(edited);
    const { postcontent: _, ...older } = edited;
    const quietThreads = true;
    const newer = completeRuleset(older, anna, { quietThreads });
    expect(newer.postcontent).toEqual(defaultRuleset(anna, { quietThreads }).postcontent);
  });
});
