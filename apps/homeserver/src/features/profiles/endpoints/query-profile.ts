import { notFound, type federation } from '@stafette/contracts';
import { serverNameOf, type ServerName } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { fieldOf, profileJson } from '../profile-fields.ts';
import { readUserId } from './profile.ts';
import type { Profiles } from '../service.ts';

export const queryProfile =
  (profiles: Profiles, serverName: ServerName): Handler<typeof federation.queryProfile> =>
  async ({ query: { user_id: text, field } }) => {
    const userId = readUserId(text);
    const profile = serverNameOf(userId) === serverName ? await profiles.find(userId) : undefined;
    if (profile === undefined) throw notFound('There is no profile of this user');
    return field === undefined ? profileJson(profile) : fieldOf(profile, field);
  };
