import {
  forbidden,
  invalidParam,
  MatrixError,
  missingParam,
  missingToken,
  notFound,
  type clientServer,
} from '@stafette/contracts';
import { parseUserId, serverNameOf, type ServerName, type UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import { assertFieldName, fieldOf, profileJson, type Profile } from '../profile-fields.ts';
import type { Profiles } from '../service.ts';

export interface ProfileDependencies {
  readonly profiles: Profiles;
  readonly serverName: ServerName;
  readonly findRemote: (userId: UserId) => Promise<Profile | undefined>;
  /** Whether people without an account may look. In an agency, who works there is nobody else's business. */
  readonly arePublic: boolean;
}

export function readUserId(text: string): UserId {
  const userId = parseUserId(text);
  if (userId === undefined) throw invalidParam('This is not a user id');
  return userId;
}

async function findProfile(
  { profiles, serverName, findRemote, arePublic }: ProfileDependencies,
  text: string,
  requester: Requester | undefined,
): Promise<Profile> {
  if (requester === undefined && !arePublic) throw missingToken();
  const userId = readUserId(text);
  const profile = await (serverNameOf(userId) === serverName ? profiles.find(userId) : findRemote(userId));
  if (profile === undefined) throw notFound('There is no profile of this user');
  return profile;
}

export const getUserProfile =
  (dependencies: ProfileDependencies): Handler<typeof clientServer.getUserProfile> =>
  async ({ params, requester }) =>
    profileJson(await findProfile(dependencies, params.userId, requester));

export const getProfileField =
  (dependencies: ProfileDependencies): Handler<typeof clientServer.getProfileField> =>
  async ({ params: { userId, keyName }, requester }) =>
    fieldOf(await findProfile(dependencies, userId, requester), keyName);

/** Guests choose their name and nothing else. https://spec.matrix.org/v1.19/client-server-api/#guest-access */
function assertMayChange(keyName: string, userId: string, requester: Requester): void {
  if (readUserId(userId) !== requester.userId) throw forbidden("Somebody else's profile cannot be changed");
  if (requester.kind === 'guest' && keyName !== 'displayname')
    throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests may change their name only');
}

export const setProfileField =
  ({ profiles }: ProfileDependencies): Handler<typeof clientServer.setProfileField> =>
  async ({ params: { userId, keyName }, body, requester }) => {
    assertMayChange(keyName, userId, requester);
    assertFieldName(keyName);
    const value = body[keyName];
    if (value === undefined) throw missingParam(`The request has no ${keyName}`);
    await profiles.setField(requester.userId, keyName, value);
    return {};
  };

export const deleteProfileField =
  ({ profiles }: ProfileDependencies): Handler<typeof clientServer.deleteProfileField> =>
  async ({ params: { userId, keyName }, requester }) => {
    assertMayChange(keyName, userId, requester);
    await profiles.setField(requester.userId, keyName, undefined);
    return {};
  };
