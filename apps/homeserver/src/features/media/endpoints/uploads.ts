import type { clientServer } from '@stafette/contracts';
import type { Handler, RequestContext } from '../../../http/handler.ts';
import type { Media, Upload } from '../service.ts';

type UploadContext = Pick<RequestContext<typeof clientServer.uploadContent>, 'raw' | 'requester' | 'query'>;

const uploadOf = ({ raw, requester, query }: UploadContext): Upload => ({
  uploader: requester.userId,
  body: raw,
  contentType: raw.headers['content-type'],
  fileName: query.filename,
});

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
