import type { clientServer } from '@stafette/contracts';
import type { Handler, RequestContext } from '../../../http/handler.ts';
import { fileResponse } from '../file-response.ts';
import type { Media, MediaRequest } from '../service.ts';

type DownloadContext = Pick<RequestContext<typeof clientServer.getContentAuthed>, 'params' | 'query' | 'signal'>;

const requestOf = (context: DownloadContext): MediaRequest => ({
  serverName: context.params.serverName,
  mediaId: context.params.mediaId,
  timeoutMs: context.query.timeout_ms,
  signal: context.signal,
});

export const getContentAuthed =
  (media: Media): Handler<typeof clientServer.getContentAuthed> =>
  async (context) =>
    fileResponse(await media.download(requestOf(context)), { range: context.raw.headers.range });

export const getContentOverrideNameAuthed =
  (media: Media): Handler<typeof clientServer.getContentOverrideNameAuthed> =>
  async (context) =>
    fileResponse(await media.download(requestOf(context)), {
      range: context.raw.headers.range,
      fileName: context.params.fileName,
    });

export const getContentThumbnailAuthed =
  (media: Media): Handler<typeof clientServer.getContentThumbnailAuthed> =>
  async (context) => {
    const { width, height, method = 'scale', animated = false } = context.query;
    return fileResponse(await media.thumbnail(requestOf(context), { width, height, method, animated }));
  };

export const getConfigAuthed =
  (media: Media): Handler<typeof clientServer.getConfigAuthed> =>
  async () => ({ 'm.upload.size': media.maxUploadBytes });
