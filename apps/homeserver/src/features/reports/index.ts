import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { reportEvent, reportRoom, reportUser } from './endpoints/report-content.ts';
import type { Reports } from './service.ts';

export { Reports } from './service.ts';
export type { Report } from './store.ts';

export const reportsHandlers = (reports: Reports) =>
  ({
    reportRoom: reportRoom(reports),
    reportEvent: reportEvent(reports),
    reportUser: reportUser(reports),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
