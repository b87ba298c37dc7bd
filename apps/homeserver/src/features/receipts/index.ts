import { postReceipt } from './endpoints/post-receipt.ts';
import { setReadMarker } from './endpoints/set-read-marker.ts';
import type { Receipts } from './service.ts';

export { receiptContent } from './content.ts';
export { openReceipts } from './open-receipts.ts';
export { Receipts, type MovedReceipt } from './service.ts';

export const receiptsHandlers = (receipts: Receipts) => ({
  postReceipt: postReceipt(receipts),
  setReadMarker: setReadMarker(receipts),
});
