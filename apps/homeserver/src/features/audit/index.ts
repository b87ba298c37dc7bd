import type { admin } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { listAuditEntries } from './endpoints/list-audit-entries.ts';
import type { Audit } from './service.ts';

export { Audit } from './service.ts';
export type { AuditAction, NewAuditEntry } from './store.ts';

export const auditHandlers = (audit: Audit) =>
  ({ listAuditEntries: listAuditEntries(audit) }) satisfies Partial<HandlersOf<typeof admin>>;
