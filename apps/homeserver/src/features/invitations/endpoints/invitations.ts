import { notFound, type admin } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Invitations } from '../service.ts';
import type { InvitationRow } from '../store.ts';

const aboutJson = (
  row: Pick<InvitationRow, 'is_admin' | 'login_name' | 'display_name' | 'created_at' | 'expires_at'>,
) => ({
  is_admin: row.is_admin,
  created_ts: row.created_at,
  expires_ts: row.expires_at,
  ...(row.login_name === null ? {} : { login_name: row.login_name }),
  ...(row.display_name === null ? {} : { display_name: row.display_name }),
});

const stateOf = (row: InvitationRow, nowMs: number): 'open' | 'used' | 'expired' =>
  row.used_at !== null ? 'used' : row.expires_at > nowMs ? 'open' : 'expired';

export const createInvitation =
  (invitations: Invitations): Handler<typeof admin.createInvitation> =>
  async ({ body, requester }) => {
    const { code, row } = await invitations.create({
      createdBy: requester.userId,
      isAdmin: body.is_admin === true,
      loginName: body.login_name,
      displayName: body.display_name,
      lifetimeMs: body.expires_in_ms,
    });
    return { id: row.invitation_id, code, ...aboutJson(row) };
  };

export const listInvitations =
  (invitations: Invitations): Handler<typeof admin.listInvitations> =>
  async () => {
    const { rows, nowMs } = await invitations.list();
    return {
      invitations: rows.map((row) => ({
        id: row.invitation_id,
        ...aboutJson(row),
        created_by: row.created_by,
        state: stateOf(row, nowMs),
        ...(row.used_by === null ? {} : { used_by: row.used_by }),
        ...(row.used_at === null ? {} : { used_ts: row.used_at }),
      })),
    };
  };

export const deleteInvitation =
  (invitations: Invitations): Handler<typeof admin.deleteInvitation> =>
  async ({ params, requester }) => {
    if (!(await invitations.remove(Number(params.id), requester.userId)))
      throw notFound('There is no such open invitation');
    return {};
  };
