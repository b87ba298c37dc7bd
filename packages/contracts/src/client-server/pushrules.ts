import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, JsonObject } from '../schemas.ts';

/** The user's push rules. https://spec.matrix.org/v1.19/client-server-api/#push-rules-api */
const RuleParams = Type.Object({ kind: Type.String(), ruleId: Identifier });
const Rules = Type.Array(JsonObject);
const RuleSet = Type.Object({
  override: Rules,
  content: Rules,
  postcontent: Rules,
  room: Rules,
  sender: Rules,
  underride: Rules,
});
const Actions = Type.Array(Type.Union([Type.String(), JsonObject]));

const spelled = (suffix: string): { path: string; aliases: readonly string[] } => ({
  path: `/_matrix/client/v3/pushrules/${suffix}`,
  aliases: [`/_matrix/client/r0/pushrules/${suffix}`],
});
const shared = { auth: 'accessToken', rateLimit: 'read', whileSuspended: true } as const;

export const getPushRules = defineEndpoint({
  method: 'GET',
  ...spelled(''),
  ...shared,
  response: Type.Object({ global: RuleSet }),
  errors: [],
});
export const getPushRulesGlobal = defineEndpoint({
  method: 'GET',
  ...spelled('global/'),
  ...shared,
  response: RuleSet,
  errors: [],
});
export const getPushRule = defineEndpoint({
  method: 'GET',
  ...spelled('global/:kind/:ruleId'),
  ...shared,
  params: RuleParams,
  response: JsonObject,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
/** Adds or replaces one of the user's own rules; `before` and `after` place it relative to another. */
export const setPushRule = defineEndpoint({
  method: 'PUT',
  ...spelled('global/:kind/:ruleId'),
  ...shared,
  params: RuleParams,
  query: Type.Object({ before: Type.Optional(Identifier), after: Type.Optional(Identifier) }),
  body: Type.Object({
    actions: Actions,
    conditions: Type.Optional(Type.Array(JsonObject)),
    pattern: Type.Optional(Type.String()),
  }),
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM', 'M_UNKNOWN'],
});
export const deletePushRule = defineEndpoint({
  method: 'DELETE',
  ...spelled('global/:kind/:ruleId'),
  ...shared,
  params: RuleParams,
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
export const isPushRuleEnabled = defineEndpoint({
  method: 'GET',
  ...spelled('global/:kind/:ruleId/enabled'),
  ...shared,
  params: RuleParams,
  response: Type.Object({ enabled: Type.Boolean() }),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
export const setPushRuleEnabled = defineEndpoint({
  method: 'PUT',
  ...spelled('global/:kind/:ruleId/enabled'),
  ...shared,
  params: RuleParams,
  body: Type.Object({ enabled: Type.Boolean() }),
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
export const getPushRuleActions = defineEndpoint({
  method: 'GET',
  ...spelled('global/:kind/:ruleId/actions'),
  ...shared,
  params: RuleParams,
  response: Type.Object({ actions: Actions }),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
export const setPushRuleActions = defineEndpoint({
  method: 'PUT',
  ...spelled('global/:kind/:ruleId/actions'),
  ...shared,
  params: RuleParams,
  body: Type.Object({ actions: Actions }),
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
