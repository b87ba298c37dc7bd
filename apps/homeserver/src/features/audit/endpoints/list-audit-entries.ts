import type { admin } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Audit } from '../service.ts';

const DEFAULT_LIMIT = 100;

export const listAuditEntries =
  (audit: Audit): Handler<typeof admin.listAuditEntries> =>
  async ({ query }) => {
    const { entries, next } = await audit.list({
      actor: query.actor,
      target: query.target,
      before: query.from,
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    return {
      entries: entries.map(({ notedAt, reason, ...entry }) => ({
        ...entry,
        ts: notedAt,
        ...(reason === undefined ? {} : { reason }),
      })),
      ...(next === undefined ? {} : { next_token: next }),
    };
  };
