import { notFound, type clientServer, type EndpointDefinition } from '@stafette/contracts';
import type { Handler, PreparedResponse, RequestContext } from '../../../http/handler.ts';
import type { Requester } from '../../../http/requester.ts';
import { fileResponse } from '../file-response.ts';
import type { Media, MediaRequest } from '../service.ts';

/** A file is the same for everybody who may ask. */
type FileContext<E extends EndpointDefinition> = Omit<RequestContext<E>, 'requester'>;
type AnswerFile<E extends EndpointDefinition> = (context: FileContext<E>) => Promise<PreparedResponse>;
type DownloadContext = Pick<RequestContext<typeof clientServer.getContentAuthed>, 'params' | 'query' | 'signal'>;

const requestOf = (context: DownloadContext): MediaRequest => ({
  serverName: context.params.serverName,
  mediaId: context.params.mediaId,
  timeoutMs: context.query.timeout_ms,
  signal: context.signal,
});

export const getContentAuthed =
  (media: Media): AnswerFile<typeof clientServer.getContentAuthed> =>
  async (context) =>
    fileResponse(await media.download(requestOf(context)), { range: context.raw.headers.range });

export const getContentOverrideNameAuthed =
  (media: Media): AnswerFile<typeof clientServer.getContentOverrideNameAuthed> =>
  async (context) =>
    fileResponse(await media.download(requestOf(context)), {
      range: context.raw.headers.range,
      fileName: context.params.fileName,
    });

export const getContentThumbnailAuthed =
  (media: Media): AnswerFile<typeof clientServer.getContentThumbnailAuthed> =>
  async (context) => {
    const { width, height, method = 'scale', animated = false } = context.query;
    const thumbnail = await media.thumbnail(requestOf(context), { width, height, method, animated });
    // What thumbnails are made of: `image/png`, for instance.
    return fileResponse(thumbnail, { fileName: `thumbnail.${thumbnail.contentType.split('/')[1] ?? ''}` });
  };

/** The same at the address from before files needed a token. It is frozen: who has none finds nothing there. */
export const frozen =
  <Context extends object>(answer: (context: Context) => Promise<PreparedResponse>) =>
  async (context: Context & { readonly requester: Requester | undefined }): Promise<PreparedResponse> => {
    if (context.requester === undefined) throw notFound('There is no such file at this address');
    return answer(context);
  };

export const getConfigAuthed =
  (media: Media): Handler<typeof clientServer.getConfigAuthed> =>
  async () => ({ 'm.upload.size': media.maxUploadBytes });
