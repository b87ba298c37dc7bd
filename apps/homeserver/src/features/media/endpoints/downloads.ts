import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { fileResponse } from '../file-response.ts';
import type { Media } from '../service.ts';

export const getContentAuthed =
  (media: Media): Handler<typeof clientServer.getContentAuthed> =>
  async ({ params }) => fileResponse(await media.download(params.serverName, params.mediaId));

export const getContentOverrideNameAuthed =
  (media: Media): Handler<typeof clientServer.getContentOverrideNameAuthed> =>
  async ({ params }) => fileResponse(await media.download(params.serverName, params.mediaId), params.fileName);

export const getContentThumbnailAuthed =
  (media: Media): Handler<typeof clientServer.getContentThumbnailAuthed> =>
  async ({ params, query }) => {
    const { width, height, method = 'scale', animated = false } = query;
    return fileResponse(await media.thumbnail(params.serverName, params.mediaId, { width, height, method, animated }));
  };

export const getConfigAuthed =
  (media: Media): Handler<typeof clientServer.getConfigAuthed> =>
  async () => ({ 'm.upload.size': media.maxUploadBytes });
