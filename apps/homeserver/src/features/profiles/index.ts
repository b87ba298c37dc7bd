import type { admin, clientServer, federation } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { HandlersOf } from '../../http/handler.ts';
import type { FederationClient } from '../federation-client/index.ts';
import { getMe, type MeDependencies } from './endpoints/get-me.ts';
import {
  deleteProfileField,
  getProfileField,
  getUserProfile,
  setProfileField,
  type ProfileDependencies,
} from './endpoints/profile.ts';
import { queryProfile } from './endpoints/query-profile.ts';
import { findRemoteProfile } from './remote-profiles.ts';
import type { Profiles } from './service.ts';

export { foldName } from './fold-name.ts';
export type { Profile } from './profile-fields.ts';
export { ProfileNews } from './profile-news.ts';
export { memberContent, Profiles } from './service.ts';

interface Dependencies extends Omit<ProfileDependencies, 'findRemote'> {
  readonly federation: FederationClient;
}

export const profilesHandlers = ({ federation, ...local }: Dependencies) => {
  const dependencies = { ...local, findRemote: async (userId: UserId) => findRemoteProfile(federation, userId) };
  return {
    getUserProfile: getUserProfile(dependencies),
    getProfileField: getProfileField(dependencies),
    setProfileField: setProfileField(dependencies),
    deleteProfileField: deleteProfileField(dependencies),
  } satisfies Partial<HandlersOf<typeof clientServer>>;
};

export const profilesFederationHandlers = (profiles: Profiles, serverName: ServerName) =>
  ({ queryProfile: queryProfile(profiles, serverName) }) satisfies Partial<HandlersOf<typeof federation>>;

export const meHandlers = (dependencies: MeDependencies) =>
  ({ getMe: getMe(dependencies) }) satisfies Partial<HandlersOf<typeof admin>>;
