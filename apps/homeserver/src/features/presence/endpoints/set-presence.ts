import { type clientServer, forbidden } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Presence } from '../service.ts';

/**
 * Where presence is switched off it is accepted and forgotten: clients report by themselves that their user is idle, and
 * have nobody to show a refusal to.
 */
export const setPresence =
  (presence: Presence | undefined): Handler<typeof clientServer.setPresence> =>
  async ({ params, body, requester }) => {
    if (params.userId !== requester.userId) throw forbidden('Nobody can say how somebody else appears');
    const { presence: state, status_msg: statusMsg } = body;
    await presence?.set(requester, { state, statusMsg: statusMsg === null ? '' : statusMsg });
    return {};
  };
