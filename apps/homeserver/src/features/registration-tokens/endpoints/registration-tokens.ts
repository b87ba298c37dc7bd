import type { admin } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { RegistrationTokens } from '../service.ts';
import type { RegistrationTokenRow } from '../store.ts';
import { handleOf } from '../token-handle.ts';

const tokenJson = (row: RegistrationTokenRow, token = handleOf(row.token_hash)) => ({
  token,
  uses_allowed: row.uses_allowed,
  pending: 0,
  completed: row.completed,
  expiry_time: row.expires_at,
});

export const listSynapseRegistrationTokens =
  (tokens: RegistrationTokens): Handler<typeof admin.listSynapseRegistrationTokens> =>
  async ({ query }) => ({ registration_tokens: (await tokens.list(query.valid)).map((row) => tokenJson(row)) });

export const createSynapseRegistrationToken =
  (tokens: RegistrationTokens): Handler<typeof admin.createSynapseRegistrationToken> =>
  async ({ body, requester }) => {
    const { token, row } = await tokens.create(
      {
        token: body.token,
        length: body.length ?? undefined,
        usesAllowed: body.uses_allowed ?? null,
        expiresAtMs: body.expiry_time ?? null,
      },
      requester.userId,
    );
    return tokenJson(row, token);
  };

export const getSynapseRegistrationToken =
  (tokens: RegistrationTokens): Handler<typeof admin.getSynapseRegistrationToken> =>
  async ({ params }) =>
    tokenJson(await tokens.get(params.token));

export const updateSynapseRegistrationToken =
  (tokens: RegistrationTokens): Handler<typeof admin.updateSynapseRegistrationToken> =>
  async ({ params, body, requester }) =>
    tokenJson(
      await tokens.update(
        params.token,
        { usesAllowed: body.uses_allowed, expiresAtMs: body.expiry_time },
        requester.userId,
      ),
    );

export const removeSynapseRegistrationToken =
  (tokens: RegistrationTokens): Handler<typeof admin.removeSynapseRegistrationToken> =>
  async ({ params, requester }) => {
    await tokens.remove(params.token, requester.userId);
    return {};
  };
