import { forbidden, notFound, type clientServer } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Requester } from '../../../../http/requester.ts';
import type { Audit } from '../../../audit/index.ts';
import type { Accounts, Sessions } from '../../../identity/index.ts';
import { getLocalAccount, readLocalUser } from '../local-user.ts';

export interface ModerationDependencies {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly serverName: ServerName;
}

/** Administrators are handled by their colleagues in person, not by a click of one of them. */
export async function readModerated(
  dependencies: ModerationDependencies,
  text: string,
  requester: Requester,
): Promise<UserId> {
  const { userId, isAdmin } = await getLocalAccount(dependencies, text);
  if (userId === requester.userId) throw forbidden('This cannot be done to oneself');
  if (isAdmin) throw forbidden('This cannot be done to an administrator');
  return userId;
}

/** Lets somebody read and no longer write, or write again, on the record. */
export async function suspend(
  dependencies: ModerationDependencies,
  text: string,
  isSuspended: boolean,
  requester: Requester,
): Promise<UserId> {
  const { accounts, audit } = dependencies;
  const target = await readModerated(dependencies, text, requester);
  const action = isSuspended ? 'user.suspend' : 'user.unsuspend';
  await accounts.setSuspended(target, isSuspended, (tx) => audit.note(tx, { actor: requester.userId, action, target }));
  return target;
}

export const getAdminSuspendUser =
  ({ accounts, serverName }: ModerationDependencies): Handler<typeof clientServer.getAdminSuspendUser> =>
  async ({ params }) => ({ suspended: (await accounts.get(readLocalUser(params.userId, serverName))).isSuspended });

export const setAdminSuspendUser =
  (dependencies: ModerationDependencies): Handler<typeof clientServer.setAdminSuspendUser> =>
  async ({ params, body, requester }) => {
    await suspend(dependencies, params.userId, body.suspended, requester);
    return { suspended: body.suspended };
  };

export const getAdminLockUser =
  ({ accounts, serverName }: ModerationDependencies): Handler<typeof clientServer.getAdminLockUser> =>
  async ({ params }) => ({ locked: (await accounts.get(readLocalUser(params.userId, serverName))).isLocked });

export const setAdminLockUser =
  (dependencies: ModerationDependencies): Handler<typeof clientServer.setAdminLockUser> =>
  async ({ params, body, requester }) => {
    const { accounts, audit } = dependencies;
    const target = await readModerated(dependencies, params.userId, requester);
    const action = body.locked ? 'user.lock' : 'user.unlock';
    await accounts.setLocked(target, body.locked, (tx) => audit.note(tx, { actor: requester.userId, action, target }));
    return { locked: body.locked };
  };

/** Where an account is logged in, by device. Throws when there is none of this name. */
export async function whoIs({ accounts, sessions }: ModerationDependencies, userId: UserId) {
  if ((await accounts.find(userId)) === undefined) throw notFound('There is no such account on this server');
  const seen = await sessions.listDevicesAsSeen(userId);
  return seen.map(({ device_id, last_seen_at, last_seen_ip, last_seen_user_agent }) => ({
    deviceId: device_id,
    connection: {
      ...(last_seen_ip === null ? {} : { ip: last_seen_ip }),
      ...(last_seen_at === null ? {} : { last_seen: last_seen_at }),
      ...(last_seen_user_agent === null ? {} : { user_agent: last_seen_user_agent }),
    },
  }));
}

export const getWhoIs =
  (dependencies: ModerationDependencies): Handler<typeof clientServer.getWhoIs> =>
  async ({ params, requester }) => {
    const userId = readLocalUser(params.userId, dependencies.serverName);
    if (userId !== requester.userId && !requester.isAdmin)
      throw forbidden('Only administrators see where others are logged in');
    const devices = (await whoIs(dependencies, userId)).map(
      ({ deviceId, connection }) => [deviceId, { sessions: [{ connections: [connection] }] }] as const,
    );
    return { user_id: userId, devices: Object.fromEntries(devices) };
  };
