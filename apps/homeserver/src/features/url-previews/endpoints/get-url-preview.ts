import type { clientServer } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { UrlPreviews } from '../service.ts';

export const getUrlPreviewAuthed =
  (previews: UrlPreviews): Handler<typeof clientServer.getUrlPreviewAuthed> =>
  async ({ query }) =>
    new PreparedResponse(await previews.get(query.url));
