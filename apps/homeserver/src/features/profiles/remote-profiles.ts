import { serverNameOf, type UserId } from '@stafette/protocol';
import { lookUp, type FederationClient } from '../federation-client/index.ts';
import { readRemoteProfile, type Profile } from './profile-fields.ts';

/** Profiles of people of other servers, asked for when somebody looks. Undefined when there is none that we are shown. */
export async function findRemoteProfile(
  federation: Pick<FederationClient, 'request'>,
  userId: UserId,
): Promise<Profile | undefined> {
  const profile = await lookUp(federation, {
    destination: serverNameOf(userId),
    path: '/_matrix/federation/v1/query/profile',
    query: { user_id: userId },
  });
  return profile && readRemoteProfile(profile);
}
