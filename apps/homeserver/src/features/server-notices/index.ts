import type { admin } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { sendServerNotice, sendServerNoticeOnce, type NoticeDependencies } from './endpoints/send-server-notice.ts';

export { createAssertMayLeave } from './notice-room.ts';
export { type Notice, ServerNotices } from './service.ts';

export const serverNoticesHandlers = (dependencies: NoticeDependencies) =>
  ({
    sendServerNotice: sendServerNotice(dependencies),
    sendServerNoticeOnce: sendServerNoticeOnce(dependencies),
  }) satisfies Partial<HandlersOf<typeof admin>>;
