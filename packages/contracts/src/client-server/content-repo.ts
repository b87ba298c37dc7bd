import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty } from '../schemas.ts';
import { getContentAuthed, getContentOverrideNameAuthed, getContentThumbnailAuthed } from './authed-content-repo.ts';

const MediaParams = Type.Object({
  serverName: Type.String({ maxLength: 255 }),
  mediaId: Type.String({ maxLength: 255 }),
});
const UploadQuery = Type.Object({ filename: Type.Optional(Type.String({ maxLength: 255 })) });

/** Uploads a file. https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav3upload */
export const uploadContent = defineEndpoint({
  method: 'POST',
  path: '/_matrix/media/v3/upload',
  aliases: ['/_matrix/media/r0/upload', '/_matrix/media/v1/upload'],
  auth: 'accessToken',
  rateLimit: 'media',
  rawBody: true,
  query: UploadQuery,
  response: Type.Object({ content_uri: Type.String() }),
  errors: ['M_USER_LIMIT_EXCEEDED', 'M_TOO_LARGE', 'M_RESOURCE_LIMIT_EXCEEDED'],
});

/** Reserves an address for a file that follows. https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav1create */
export const createContent = defineEndpoint({
  method: 'POST',
  path: '/_matrix/media/v1/create',
  auth: 'accessToken',
  rateLimit: 'media',
  response: Type.Object({ content_uri: Type.String(), unused_expires_at: Type.Integer() }),
  errors: ['M_FORBIDDEN', 'M_LIMIT_EXCEEDED'],
});

/** Uploads a file to a reserved address. https://spec.matrix.org/v1.19/client-server-api/#put_matrixmediav3uploadservernamemediaid */
export const uploadContentToMXC = defineEndpoint({
  method: 'PUT',
  path: '/_matrix/media/v3/upload/:serverName/:mediaId',
  auth: 'accessToken',
  rateLimit: 'media',
  rawBody: true,
  params: MediaParams,
  query: UploadQuery,
  response: Empty,
  errors: ['M_FORBIDDEN', 'M_CANNOT_OVERWRITE_MEDIA', 'M_USER_LIMIT_EXCEEDED', 'M_TOO_LARGE', 'M_NOT_FOUND'],
});

/** As `getContentAuthed`; without a token nothing is found. https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaid */
export const getContent = defineEndpoint({
  ...getContentAuthed,
  path: '/_matrix/media/v3/download/:serverName/:mediaId',
  aliases: ['/_matrix/media/r0/download/:serverName/:mediaId', '/_matrix/media/v1/download/:serverName/:mediaId'],
  auth: 'optional',
});

/** As `getContentOverrideNameAuthed`; without a token nothing is found. https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaidfilename */
export const getContentOverrideName = defineEndpoint({
  ...getContentOverrideNameAuthed,
  path: '/_matrix/media/v3/download/:serverName/:mediaId/:fileName',
  aliases: [
    '/_matrix/media/r0/download/:serverName/:mediaId/:fileName',
    '/_matrix/media/v1/download/:serverName/:mediaId/:fileName',
  ],
  auth: 'optional',
});

/** As `getContentThumbnailAuthed`; without a token nothing is found. https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3thumbnailservernamemediaid */
export const getContentThumbnail = defineEndpoint({
  ...getContentThumbnailAuthed,
  path: '/_matrix/media/v3/thumbnail/:serverName/:mediaId',
  aliases: ['/_matrix/media/r0/thumbnail/:serverName/:mediaId', '/_matrix/media/v1/thumbnail/:serverName/:mediaId'],
  auth: 'optional',
});
