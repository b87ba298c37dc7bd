import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

const MediaParams = { serverName: Type.String({ maxLength: 255 }), mediaId: Type.String({ maxLength: 255 }) };
const timeout_ms = Type.Optional(Type.Integer({ minimum: 0 }));
const Bytes = Type.Unknown();

/** The earlier spellings of a path. */
const earlier = (suffix: string): readonly string[] =>
  ['v3', 'r0', 'v1'].map((version) => `/_matrix/media/${version}/${suffix}`);

/** Downloads a file. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaid */
export const getContentAuthed = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/media/download/:serverName/:mediaId',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object(MediaParams),
  query: Type.Object({ timeout_ms }),
  response: Bytes,
  errors: ['M_NOT_FOUND', 'M_NOT_YET_UPLOADED'],
});

/** Downloads a file under another name. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaidfilename */
export const getContentOverrideNameAuthed = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/media/download/:serverName/:mediaId/:fileName',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object({ ...MediaParams, fileName: Type.String({ maxLength: 255 }) }),
  query: Type.Object({ timeout_ms }),
  response: Bytes,
  errors: ['M_NOT_FOUND', 'M_NOT_YET_UPLOADED'],
});

/** A smaller picture of a file. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediathumbnailservernamemediaid */
export const getContentThumbnailAuthed = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/media/thumbnail/:serverName/:mediaId',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params: Type.Object(MediaParams),
  query: Type.Object({
    width: Type.Integer({ minimum: 1, maximum: 10_000 }),
    height: Type.Integer({ minimum: 1, maximum: 10_000 }),
    method: Type.Optional(Type.Union([Type.Literal('crop'), Type.Literal('scale')])),
    animated: Type.Optional(Type.Boolean()),
    timeout_ms,
  }),
  response: Bytes,
  errors: ['M_NOT_FOUND', 'M_NOT_YET_UPLOADED', 'M_TOO_LARGE', 'M_UNKNOWN'],
});

/** What a page on the web says about itself. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url */
export const getUrlPreviewAuthed = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/media/preview_url',
  aliases: earlier('preview_url'),
  auth: 'accessToken',
  rateLimit: 'preview',
  query: Type.Object({ url: Type.String({ minLength: 1, maxLength: 2048 }), ts: Type.Optional(Type.Integer()) }),
  response: JsonObject,
  errors: ['M_UNRECOGNIZED', 'M_INVALID_PARAM', 'M_FORBIDDEN', 'M_LIMIT_EXCEEDED', 'M_UNKNOWN'],
});

/** What the server accepts. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediaconfig */
export const getConfigAuthed = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/media/config',
  aliases: earlier('config'),
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: Type.Object({ 'm.upload.size': Type.Integer() }),
  errors: [],
});
