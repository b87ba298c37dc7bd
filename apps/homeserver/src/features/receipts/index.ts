import { postReceipt } from './endpoints/post-receipt.ts';
import { setReadMarker } from './endpoints/set-read-marker.ts';
import type { Receipts } from './service.ts';

export { Receipts, type MovedReceipt, type ReadableEvent, type ReceiptRooms } from './service.ts';
export { threadOf } from './thread-of.ts';

export const receiptsHandlers = (receipts: Receipts) => ({
  postReceipt: postReceipt(receipts),
  setReadMarker: setReadMarker(receipts),
});
