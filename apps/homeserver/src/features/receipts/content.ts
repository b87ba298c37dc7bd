import type { Receipt } from './store.ts';

type ReceiptContent = Record<
  string,
  Record<string, Record<string, { readonly ts: number; readonly thread_id?: string }>>
>;

/**
 * The content of an `m.receipt` event, as JSON text. When one user has an unthreaded and a threaded receipt of a type on
 * the same event there is room for one: the unthreaded, which says more.
 */
export function receiptContent(receipts: readonly Receipt[]): string {
  const content: ReceiptContent = {};
  for (const { eventId, type, userId, ts, threadId } of receipts) {
    const byType = (content[eventId] ??= {});
    const byUser = (byType[type] ??= {});
    const present = byUser[userId];
    if (present !== undefined && present.thread_id === undefined) continue;
    byUser[userId] = threadId === '' ? { ts } : { ts, thread_id: threadId };
  }
  return JSON.stringify(content);
}
