import type { JsonObject } from '../json.ts';
import { threadSubscriptionKind } from './conditions.ts';
import { masterRuleId, type PushAction, type PushRule, type PushRuleKind, type PushRuleset } from './push-rule.ts';

const notify: PushAction = 'notify';
const highlight: PushAction = { set_tweak: 'highlight' };
const sound = (value: string): PushAction => ({ set_tweak: 'sound', value });

const matches = (key: string, pattern: string): JsonObject => ({ kind: 'event_match', key, pattern });
const isRoomOfTwo: JsonObject = { kind: 'room_member_count', is: '2' };

function rule(id: string, conditions: readonly JsonObject[], actions: readonly PushAction[]): PushRule {
  return { rule_id: id, default: true, enabled: id !== masterRuleId, conditions, actions };
}

/** What differs between servers in the rules that every user has. */
export interface DefaultRules {
  /** Events in threads notify those who follow the thread, and of the others whom they mention. Off when absent. */
  readonly quietThreads?: boolean;
}

/** https://github.com/matrix-org/matrix-spec-proposals/pull/4306 */
const threadRules: readonly PushRule[] = [
  rule('.io.element.msc4306.rule.unsubscribed_thread', [{ kind: threadSubscriptionKind, subscribed: false }], []),
  rule(
    '.io.element.msc4306.rule.subscribed_thread',
    [{ kind: threadSubscriptionKind, subscribed: true }],
    [notify, sound('default')],
  ),
];

/** Polls have a type of their own, under names from before they were in the specification: clients look for those. */
const pollRules = (moment: string): readonly PushRule[] => {
  const isPoll = matches('type', `org.matrix.msc3381.poll.${moment}`);
  const id = `.org.matrix.msc3930.rule.poll_${moment}`;
  return [rule(`${id}_one_to_one`, [isRoomOfTwo, isPoll], [notify, sound('default')]), rule(id, [isPoll], [notify])];
};

/**
 * The rules that every user has, in order of importance. Only `.m.rule.master` stands above the user's own.
 * https://spec.matrix.org/v1.19/client-server-api/#predefined-rules
 */
export function defaultRuleset(userId: string, { quietThreads = false }: DefaultRules = {}): PushRuleset {
  return {
    override: [
      rule(masterRuleId, [], []),
      rule('.m.rule.suppress_notices', [matches('content.msgtype', 'm.notice')], []),
      rule(
        '.m.rule.invite_for_me',
        [matches('type', 'm.room.member'), matches('content.membership', 'invite'), matches('state_key', userId)],
        [notify, sound('default')],
      ),
      rule('.m.rule.member_event', [matches('type', 'm.room.member')], []),
      rule(
        '.m.rule.is_user_mention',
        [{ kind: 'event_property_contains', key: 'content.m\\.mentions.user_ids', value: userId }],
        [notify, sound('default'), highlight],
      ),
      rule(
        '.m.rule.is_room_mention',
        [
          { kind: 'event_property_is', key: 'content.m\\.mentions.room', value: true },
          { kind: 'sender_notification_permission', key: 'room' },
        ],
        [notify, highlight],
      ),
      rule('.m.rule.tombstone', [matches('type', 'm.room.tombstone'), matches('state_key', '')], [notify, highlight]),
      rule('.m.rule.reaction', [matches('type', 'm.reaction')], []),
      rule('.m.rule.room.server_acl', [matches('type', 'm.room.server_acl'), matches('state_key', '')], []),
      rule(
        '.m.rule.suppress_edits',
        [{ kind: 'event_property_is', key: 'content.m\\.relates_to.rel_type', value: 'm.replace' }],
        [],
      ),
      rule('.org.matrix.msc3930.rule.poll_response', [matches('type', 'org.matrix.msc3381.poll.response')], []),
    ],
    content: [],
    postcontent: quietThreads ? threadRules : [],
    room: [],
    sender: [],
    underride: [
      rule('.m.rule.call', [matches('type', 'm.call.invite')], [notify, sound('ring')]),
      rule(
        '.m.rule.encrypted_room_one_to_one',
        [isRoomOfTwo, matches('type', 'm.room.encrypted')],
        [notify, sound('default')],
      ),
      rule('.m.rule.room_one_to_one', [isRoomOfTwo, matches('type', 'm.room.message')], [notify, sound('default')]),
      rule('.m.rule.message', [matches('type', 'm.room.message')], [notify]),
      rule('.m.rule.encrypted', [matches('type', 'm.room.encrypted')], [notify]),
      ...['start', 'end'].flatMap((moment) => pollRules(moment)),
    ],
  };
}

/**
 * A stored ruleset with the default rules of today: those that are missing are added, those that no longer exist dropped,
 * and a default rule that the user switched or gave other actions stays so.
 */
export function completeRuleset(stored: Partial<PushRuleset>, userId: string, options: DefaultRules = {}): PushRuleset {
  const defaults = defaultRuleset(userId, options);
  const complete = (kind: PushRuleKind): readonly PushRule[] => {
    const storedRules = stored[kind] ?? [];
    const byId = new Map(storedRules.map((known) => [known.rule_id, known]));
    const current = defaults[kind].map((rule) => {
      const known = byId.get(rule.rule_id);
      return known === undefined ? rule : { ...rule, enabled: known.enabled, actions: known.actions };
    });
    const isMaster = (rule: PushRule): boolean => rule.rule_id === masterRuleId;
    const own = storedRules.filter((known) => !known.default);
    return [...current.filter(isMaster), ...own, ...current.filter((rule) => !isMaster(rule))];
  };
  return {
    override: complete('override'),
    content: complete('content'),
    postcontent: complete('postcontent'),
    room: complete('room'),
    sender: complete('sender'),
    underride: complete('underride'),
  };
}
