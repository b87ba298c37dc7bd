import { type admin, forbidden } from '@stafette/contracts';
import type { Handler } from '../../../../http/handler.ts';
import type { CrossSigning } from '../../../cross-signing/index.ts';
import type { ActingTokens } from '../../../identity/index.ts';
import { getLocalAccount } from '../local-user.ts';
import type { RateLimitOverrides } from '../rate-limit-overrides.ts';
import type { UserAdministration } from './synapse-users.ts';

export interface UserAccessDependencies extends UserAdministration {
  readonly actingTokens: ActingTokens;
  readonly rateLimits: RateLimitOverrides;
  readonly crossSigning: CrossSigning;
}

export const actAsSynapseUser =
  (d: UserAccessDependencies): Handler<typeof admin.actAsSynapseUser> =>
  async ({ params, body, requester: { userId: actor } }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const { token, expiresAtMs } = await d.actingTokens.issue(userId, actor, body.valid_until_ms ?? undefined, (tx) =>
      d.audit.note(tx, { actor, action: 'user.act-as', target: userId }),
    );
    return { access_token: token, valid_until_ms: expiresAtMs };
  };

export const findSynapseRateLimit =
  (d: UserAccessDependencies): Handler<typeof admin.findSynapseRateLimit> =>
  async ({ params }) => {
    const row = d.rateLimits.find((await getLocalAccount(d, params.userId)).userId);
    return row === undefined ? {} : { messages_per_second: row.messages_per_second, burst_count: row.burst_count };
  };

export const changeSynapseRateLimit =
  (d: UserAccessDependencies): Handler<typeof admin.changeSynapseRateLimit> =>
  async ({ params, body, requester }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const limit = { messages_per_second: body.messages_per_second ?? 0, burst_count: body.burst_count ?? 0 };
    await d.rateLimits.set({ user_id: userId, ...limit }, requester.userId);
    return limit;
  };

export const removeSynapseRateLimit =
  (d: UserAccessDependencies): Handler<typeof admin.removeSynapseRateLimit> =>
  async ({ params, requester }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    await d.rateLimits.remove(userId, requester.userId);
    return {};
  };

export const allowSynapseKeyReplacement =
  (d: UserAccessDependencies): Handler<typeof admin.allowSynapseKeyReplacement> =>
  async ({ params, requester: { userId: actor } }) => {
    const { userId, isDeactivated } = await getLocalAccount(d, params.userId);
    if (isDeactivated) throw forbidden('This account has ended');
    const untilMs = await d.crossSigning.permitReplacement(userId, (tx) =>
      d.audit.note(tx, { actor, action: 'user.allow-key-replacement', target: userId }),
    );
    return { updatable_without_uia_before_ms: untilMs };
  };
