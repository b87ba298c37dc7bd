import type { admin, clientServer, federation } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { HandlersOf } from '../../http/handler.ts';
import { getMe, type MeDependencies } from './endpoints/get-me.ts';
import {
  deleteProfileField,
  getProfileField,
  getUserProfile,
  setProfileField,
  type ProfileDependencies,
} from './endpoints/profile.ts';
import { queryProfile } from './endpoints/query-profile.ts';
import type { Profiles } from './service.ts';

export { foldName } from './fold-name.ts';
export type { Profile } from './profile-fields.ts';
export { memberContent, Profiles } from './service.ts';

export const profilesHandlers = (dependencies: ProfileDependencies) =>
  ({
    getUserProfile: getUserProfile(dependencies),
    getProfileField: getProfileField(dependencies),
    setProfileField: setProfileField(dependencies),
    deleteProfileField: deleteProfileField(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const profilesFederationHandlers = (profiles: Profiles, serverName: ServerName) =>
  ({ queryProfile: queryProfile(profiles, serverName) }) satisfies Partial<HandlersOf<typeof federation>>;

export const meHandlers = (dependencies: MeDependencies) =>
  ({ getMe: getMe(dependencies) }) satisfies Partial<HandlersOf<typeof admin>>;
