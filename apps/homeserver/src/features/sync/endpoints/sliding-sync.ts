import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { SlidingRequestReader } from '../sliding/read-request.ts';
import type { SlidingSync } from '../sliding/service.ts';

export const simplifiedSlidingSync =
  (service: SlidingSync, reader: SlidingRequestReader): Handler<typeof clientServer.simplifiedSlidingSync> =>
  async ({ query, body, requester, signal }) =>
    new PreparedResponse(await service.answer(reader.readSimplified(requester, query, body), signal));

export const slidingSync =
  (service: SlidingSync, reader: SlidingRequestReader): Handler<typeof clientServer.slidingSync> =>
  async ({ body, requester, signal }) =>
    new PreparedResponse(await service.answer(reader.readV4(requester, body), signal));
