import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Pushers } from '../pushers.ts';

export const getPushers =
  (pushers: Pushers): Handler<typeof clientServer.getPushers> =>
  async ({ requester }) => ({ pushers: await pushers.list(requester.userId) });

export const postPusher =
  (pushers: Pushers): Handler<typeof clientServer.postPusher> =>
  async ({ requester, body }) => {
    await pushers.set(requester.userId, requester.deviceId, body);
    return {};
  };
