import {
  deletePushRule,
  getPushRule,
  getPushRuleActions,
  getPushRules,
  getPushRulesGlobal,
  isPushRuleEnabled,
  setPushRule,
  setPushRuleActions,
  setPushRuleEnabled,
} from './endpoints/push-rules.ts';
import { ackPusher, getPushers, postPusher } from './endpoints/pushers.ts';
import { getNotifications } from './endpoints/get-notifications.ts';
import type { Notifications } from './notifications.ts';
import type { PushRules } from './push-rules.ts';
import type { Pushers } from './pushers.ts';

export { Notifications } from './notifications.ts';
export { openUnreadCounts } from './open-unread-counts.ts';
export type { ActivePusher, PusherIndex } from './pusher-index.ts';
export { Pushers, type Destination } from './pushers.ts';
export { PushRules } from './push-rules.ts';
export type { UnreadOfRoom } from './tally.ts';
export { UnreadCounts } from './unread-counts.ts';
export { unreadFlags, countsInMain, mentionedUsers, threadRootOf } from './unread-flags.ts';

export const pushHandlers = (rules: PushRules, pushers: Pushers, notifications: Notifications) => ({
  getPushRules: getPushRules(rules),
  getPushRulesGlobal: getPushRulesGlobal(rules),
  getPushRule: getPushRule(rules),
  setPushRule: setPushRule(rules),
  deletePushRule: deletePushRule(rules),
  isPushRuleEnabled: isPushRuleEnabled(rules),
  setPushRuleEnabled: setPushRuleEnabled(rules),
  getPushRuleActions: getPushRuleActions(rules),
  setPushRuleActions: setPushRuleActions(rules),
  getPushers: getPushers(pushers),
  postPusher: postPusher(pushers),
  ackPusher: ackPusher(pushers),
  getNotifications: getNotifications(notifications),
});
