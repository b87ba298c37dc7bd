import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { appearanceOf } from '../core/appearance.ts';
import type { RequestReader } from '../v3/read-request.ts';
import type { V3Sync } from '../v3/service.ts';

export const sync =
  (service: V3Sync, reader: RequestReader): Handler<typeof clientServer.sync> =>
  async ({ query, requester, signal }) =>
    new PreparedResponse(
      await service.answer(
        { ...requester, setPresence: appearanceOf(requester, query.set_presence ?? 'online') },
        () => reader.read(requester, query),
        query.timeout ?? 0,
        signal,
      ),
    );
