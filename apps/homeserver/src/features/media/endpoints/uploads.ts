import type { clientServer } from '@stafette/contracts';
import type { Handler, RequestContext } from '../../../http/handler.ts';
import type { Media, Upload } from '../service.ts';

type UploadContext = Pick<RequestContext<typeof clientServer.uploadContent>, 'raw' | 'requester' | 'query'>;

const MAX_CONTENT_TYPE_CHARS = 255;

/** What a client says about its file is kept and repeated; it decides nothing here. */
function uploadOf({ raw, requester, query }: UploadContext): Upload {
  const contentType = raw.headers['content-type'];
  const announcedBytes = Number(raw.headers['content-length']);
  return {
    uploader: requester.userId,
    body: raw,
    announcedBytes: Number.isNaN(announcedBytes) ? undefined : announcedBytes,
    contentType: contentType !== undefined && contentType.length <= MAX_CONTENT_TYPE_CHARS ? contentType : undefined,
    // Control characters have no place in a name, and NUL none in the database.
    fileName: query.filename?.replaceAll(/\p{Cc}/gu, '_'),
  };
}

export const uploadContent =
  (media: Media): Handler<typeof clientServer.uploadContent> =>
  async (context) => ({ content_uri: await media.upload(uploadOf(context)) });

export const createContent =
  (media: Media): Handler<typeof clientServer.createContent> =>
  async ({ requester }) => {
    const { contentUri, expiresAtMs } = await media.reserve(requester.userId);
    return { content_uri: contentUri, unused_expires_at: expiresAtMs };
  };

export const uploadContentToMXC =
  (media: Media): Handler<typeof clientServer.uploadContentToMXC> =>
  async (context) => {
    await media.uploadReserved(context.params.serverName, context.params.mediaId, uploadOf(context));
    return {};
  };
