import { invalidParam, type admin, type BodyOf } from '@stafette/contracts';
import { parseUserId, type EventId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import type { Audit } from '../../audit/index.ts';
import { sessionKeyOf, type TransactionKey } from '../../room-events/index.ts';
import type { ServerNotices } from '../service.ts';

export interface NoticeDependencies {
  readonly notices: ServerNotices;
  readonly audit: Audit;
}

async function send(
  { notices, audit }: NoticeDependencies,
  requester: Requester,
  { user_id, content, type, state_key: stateKey }: BodyOf<typeof admin.sendServerNotice>,
  transaction?: TransactionKey,
): Promise<EventId> {
  const userId = parseUserId(user_id);
  if (userId === undefined) throw invalidParam('This is not a user id');
  await audit.noteFirst({ actor: requester.userId, action: 'server.notice', target: userId });
  return notices.send(userId, { content, type, stateKey }, transaction);
}

export const sendServerNotice =
  (dependencies: NoticeDependencies): Handler<typeof admin.sendServerNotice> =>
  async ({ body, requester }) => ({ event_id: await send(dependencies, requester, body) });

export const sendServerNoticeOnce =
  (dependencies: NoticeDependencies): Handler<typeof admin.sendServerNoticeOnce> =>
  async ({ params, body, requester }) => {
    const transaction = { sessionKey: sessionKeyOf(requester), txnId: params.txnId };
    return { event_id: await send(dependencies, requester, body, transaction) };
  };
