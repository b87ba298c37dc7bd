import { type admin, type BodyOf, invalidParam, MatrixError } from '@stafette/contracts';
import { type CanonicalEmail, type JsonObject, parseEmail, type UserId } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../../http/handler.ts';
import type { Account } from '../../../identity/index.ts';
import { getLocalAccount, readLocalUser } from '../local-user.ts';
import type { PeopleEditor, PersonWish } from '../people-editor.ts';
import type { UserAdministration } from './synapse-users.ts';

export interface UserAccountDependencies extends UserAdministration {
  readonly editor: PeopleEditor;
  readonly findProfile: (
    userId: UserId,
  ) => Promise<{ readonly displayName: string | undefined; readonly avatarUrl: string | undefined } | undefined>;
  readonly listAddresses: (
    userId: UserId,
  ) => Promise<readonly { readonly address: string; readonly validated_at: number; readonly added_at: number }[]>;
  /** The application service that the user belongs to. */
  readonly findServiceId: (userId: UserId) => string | undefined;
}

const MXC = /^mxc:\/\/[^/]+\/[A-Za-z0-9_-]+$/;

async function describe(d: UserAccountDependencies, account: Account): Promise<JsonObject> {
  const { userId } = account;
  const [profile, addresses, devices] = await Promise.all([
    d.findProfile(userId),
    d.listAddresses(userId),
    d.sessions.listDevicesAsSeen(userId),
  ]);
  const seen = devices.flatMap(({ last_seen_at: at }) => (at === null ? [] : [at]));
  return {
    name: userId,
    displayname: profile?.displayName ?? null,
    avatar_url: profile?.avatarUrl ?? null,
    threepids: addresses.map((row) => ({ medium: 'email', ...row })),
    external_ids: [],
    is_guest: account.kind === 'guest',
    admin: account.isAdmin,
    deactivated: account.isDeactivated,
    erased: account.isErased,
    shadow_banned: false,
    suspended: account.isSuspended,
    locked: account.isLocked,
    user_type: account.userType ?? null,
    // Seconds, where the lists have milliseconds: tools expect both as they are.
    creation_ts: Math.floor(account.createdAtMs / 1000),
    last_seen_ts: seen.length === 0 ? null : Math.max(...seen),
    appservice_id: d.findServiceId(userId) ?? null,
    consent_server_notice_sent: null,
    consent_version: null,
    consent_ts: null,
  };
}

function readEmails(
  threepids: BodyOf<typeof admin.changeSynapseUser>['threepids'],
): readonly CanonicalEmail[] | undefined {
  return (
    threepids && [
      ...new Set(
        threepids.map(({ medium, address }) => {
          if (medium !== 'email')
            throw new MatrixError(400, 'M_THREEPID_MEDIUM_NOT_SUPPORTED', 'People are known by mail addresses alone');
          const email = parseEmail(address);
          if (email === undefined) throw invalidParam('An address of threepids is no mail address');
          return email;
        }),
      ),
    ]
  );
}

/** Null says nothing, but of the type: tools leave out what they do not change, or send null. */
function readWish(body: BodyOf<typeof admin.changeSynapseUser>): PersonWish {
  const avatarUrl = body.avatar_url ?? undefined;
  if (avatarUrl !== undefined && avatarUrl !== '' && !MXC.test(avatarUrl))
    throw invalidParam('avatar_url is not the address of a file');
  if (body.external_ids !== undefined && body.external_ids.length > 0)
    throw invalidParam('There is no other provider of identities: external_ids can only be empty');
  const password = body.password ?? undefined;
  return {
    password: password === '' ? undefined : password,
    keepsSessions: body.logout_devices === false,
    displayName: body.displayname ?? undefined,
    avatarUrl,
    emails: readEmails(body.threepids),
    isAdmin: body.admin,
    isLocked: body.locked,
    isDeactivated: body.deactivated,
    userType: body.user_type,
  };
}

export const getSynapseUser =
  (d: UserAccountDependencies): Handler<typeof admin.getSynapseUser> =>
  async ({ params }) =>
    describe(d, await getLocalAccount(d, params.userId));

export const changeSynapseUser =
  (d: UserAccountDependencies): Handler<typeof admin.changeSynapseUser> =>
  async ({ params, body, requester }) => {
    const userId = readLocalUser(params.userId, d.serverName);
    const isNew = await d.editor.put(userId, readWish(body), requester.userId);
    const described = await describe(d, await d.accounts.get(userId));
    return isNew ? new PreparedResponse(JSON.stringify(described), { status: 201 }) : described;
  };

export const findSynapseAdministrator =
  (d: UserAccountDependencies): Handler<typeof admin.findSynapseAdministrator> =>
  async ({ params }) => ({ admin: (await getLocalAccount(d, params.userId)).isAdmin });

export const changeSynapseAdministrator =
  (d: UserAccountDependencies): Handler<typeof admin.changeSynapseAdministrator> =>
  async ({ params, body, requester }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    await d.editor.put(userId, { isAdmin: body.admin }, requester.userId);
    return {};
  };
