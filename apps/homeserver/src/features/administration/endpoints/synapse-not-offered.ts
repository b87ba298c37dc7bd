import { type admin, forbidden, invalidParam } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { getLocalAccount, readLocalUser } from '../people/local-user.ts';
import type { UserAdministration } from '../people/endpoints/synapse-users.ts';

/** What tools know a switch for: pushers that are switched on and off, sliding sync, state after the timeline. */
const FEATURES: Readonly<Record<string, boolean>> = { msc3881: true, msc3575: false, msc4222: true };

export const shadowBanSynapseUser =
  (d: UserAdministration): Handler<typeof admin.shadowBanSynapseUser> =>
  async ({ params }) => {
    await getLocalAccount(d, params.userId);
    throw forbidden('This server lets nobody believe that others hear them; suspend or lock the account instead');
  };

export const unbanSynapseUser =
  (d: UserAdministration): Handler<typeof admin.unbanSynapseUser> =>
  async ({ params }) => {
    await getLocalAccount(d, params.userId);
    return {};
  };

export const listSynapseFeatures =
  (d: UserAdministration): Handler<typeof admin.listSynapseFeatures> =>
  async ({ params }) => {
    await getLocalAccount(d, params.userId);
    return { features: { ...FEATURES } };
  };

export const changeSynapseFeatures =
  (d: UserAdministration): Handler<typeof admin.changeSynapseFeatures> =>
  async ({ params, body }) => {
    await getLocalAccount(d, params.userId);
    for (const [name, isWanted] of Object.entries(body.features)) {
      const isThere = Object.hasOwn(FEATURES, name) && FEATURES[name] === true;
      if (isWanted !== isThere) throw invalidParam('The features of this server are the same for everybody');
    }
    return {};
  };

export const renewSynapseAccount =
  (d: UserAdministration): Handler<typeof admin.renewSynapseAccount> =>
  async ({ body }) => {
    readLocalUser(body.user_id, d.serverName);
    throw forbidden('Accounts of this server do not run out');
  };
