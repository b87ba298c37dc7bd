import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { PushRules } from '../push-rules.ts';

type Api = typeof clientServer;

/** Rules have the names of the wire, and are written as they are. */
const asJson = (value: unknown): PreparedResponse => new PreparedResponse(JSON.stringify(value));

export const getPushRules =
  (rules: PushRules): Handler<Api['getPushRules']> =>
  async ({ requester }) =>
    asJson({ global: await rules.get(requester.userId) });

export const getPushRulesGlobal =
  (rules: PushRules): Handler<Api['getPushRulesGlobal']> =>
  async ({ requester }) =>
    asJson(await rules.get(requester.userId));

export const getPushRule =
  (rules: PushRules): Handler<Api['getPushRule']> =>
  async ({ requester, params }) =>
    asJson(await rules.getRule(requester.userId, params.kind, params.ruleId));

export const setPushRule =
  (rules: PushRules): Handler<Api['setPushRule']> =>
  async ({ requester, params, query, body }) => {
    await rules.put(requester.userId, params.kind, params.ruleId, body, query);
    return {};
  };

export const deletePushRule =
  (rules: PushRules): Handler<Api['deletePushRule']> =>
  async ({ requester, params }) => {
    await rules.remove(requester.userId, params.kind, params.ruleId);
    return {};
  };

export const isPushRuleEnabled =
  (rules: PushRules): Handler<Api['isPushRuleEnabled']> =>
  async ({ requester, params }) => ({
    enabled: (await rules.getRule(requester.userId, params.kind, params.ruleId)).enabled,
  });

export const setPushRuleEnabled =
  (rules: PushRules): Handler<Api['setPushRuleEnabled']> =>
  async ({ requester, params, body }) => {
    await rules.enable(requester.userId, params.kind, params.ruleId, body.enabled);
    return {};
  };

export const getPushRuleActions =
  (rules: PushRules): Handler<Api['getPushRuleActions']> =>
  async ({ requester, params }) => ({
    actions: [...(await rules.getRule(requester.userId, params.kind, params.ruleId)).actions],
  });

export const setPushRuleActions =
  (rules: PushRules): Handler<Api['setPushRuleActions']> =>
  async ({ requester, params, body }) => {
    await rules.setActions(requester.userId, params.kind, params.ruleId, body.actions);
    return {};
  };
