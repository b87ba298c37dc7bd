import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Reports } from '../service.ts';

export const reportRoom =
  (reports: Reports): Handler<typeof clientServer.reportRoom> =>
  async ({ params, body, requester }) => {
    await reports.reportRoom(params.roomId, { reporter: requester.userId, reason: body.reason });
    return {};
  };

export const reportEvent =
  (reports: Reports): Handler<typeof clientServer.reportEvent> =>
  async ({ params, body, requester }) => {
    const statement = { reporter: requester.userId, reason: body.reason ?? '', score: body.score };
    await reports.reportEvent(params.roomId, params.eventId, statement);
    return {};
  };

export const reportUser =
  (reports: Reports): Handler<typeof clientServer.reportUser> =>
  async ({ params, body, requester }) => {
    await reports.reportUser(params.userId, { reporter: requester.userId, reason: body.reason });
    return {};
  };
