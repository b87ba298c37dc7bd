import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { Pushers } from '../pushers.ts';

export const getPushers =
  (pushers: Pushers): Handler<typeof clientServer.getPushers> =>
  async ({ requester }) => ({ pushers: await pushers.list(requester.userId) });

export const postPusher =
  (pushers: Pushers): Handler<typeof clientServer.postPusher> =>
  async ({ requester, body }) => {
    const needsActivation = await pushers.set(requester.userId, requester.deviceId, body);
    return needsActivation ? new PreparedResponse('{}', { status: 201 }) : {};
  };

export const ackPusher =
  (pushers: Pushers): Handler<typeof clientServer.ackPusher> =>
  async ({ requester, body }) => {
    await pushers.activate(requester.userId, body.app_id, body.ack_token);
    return {};
  };
