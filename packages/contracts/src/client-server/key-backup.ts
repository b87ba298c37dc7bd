import { Type, type TObject, type TSchema } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, JsonObject, ShortText } from '../schemas.ts';

/** Backups of room keys, encrypted by the client. https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups */
const path = (suffix: string): { path: string; aliases: readonly string[] } => ({
  path: `/_matrix/client/v3/room_keys/${suffix}`,
  aliases: [`/_matrix/client/unstable/room_keys/${suffix}`, `/_matrix/client/r0/room_keys/${suffix}`],
});

/** Bytes of one upload: a client sends some hundred sessions at a time. */
const MAX_UPLOAD_BYTES = 16 * 1024 * 1024;

const BackupVersion = { algorithm: ShortText, auth_data: JsonObject };
const Stored = Type.Object({ etag: Type.String(), count: Type.Integer() });
const StoredVersion = Type.Object({
  ...BackupVersion,
  version: Type.String(),
  etag: Type.String(),
  count: Type.Integer(),
});
const Session = Type.Object({
  first_message_index: Type.Integer({ minimum: 0 }),
  forwarded_count: Type.Integer({ minimum: 0 }),
  is_verified: Type.Boolean(),
  session_data: JsonObject,
});
const RoomSessions = Type.Object({ sessions: Type.Record(Type.String(), Session) });
const AllSessions = Type.Object({ rooms: Type.Record(Type.String(), RoomSessions) });

const VersionParams = Type.Object({ version: Type.String() });
const VersionQuery = Type.Object({ version: Type.String() });
const RoomParams = Type.Object({ roomId: ShortText });
const SessionParams = Type.Object({ roomId: ShortText, sessionId: ShortText });

const shared = { auth: 'accessToken', rateLimit: 'keys', whileSuspended: true } as const;
const get = <P extends TObject, R extends TSchema>(suffix: string, params: P, response: R) =>
  defineEndpoint({
    method: 'GET',
    ...path(suffix),
    ...shared,
    params,
    query: VersionQuery,
    response,
    errors: ['M_NOT_FOUND'],
  });
const put = <P extends TObject, B extends TSchema>(suffix: string, params: P, body: B) =>
  defineEndpoint({
    method: 'PUT',
    ...path(suffix),
    ...shared,
    params,
    query: VersionQuery,
    body,
    maxBodyBytes: MAX_UPLOAD_BYTES,
    response: Stored,
    errors: ['M_NOT_FOUND', 'M_WRONG_ROOM_KEYS_VERSION'],
  });
const remove = <P extends TObject>(suffix: string, params: P) =>
  defineEndpoint({
    method: 'DELETE',
    ...path(suffix),
    ...shared,
    params,
    query: VersionQuery,
    response: Stored,
    errors: ['M_NOT_FOUND'],
  });

export const postRoomKeysVersion = defineEndpoint({
  method: 'POST',
  ...path('version'),
  ...shared,
  body: Type.Object(BackupVersion),
  response: Type.Object({ version: Type.String() }),
  errors: [],
});
export const getRoomKeysVersionCurrent = defineEndpoint({
  method: 'GET',
  ...path('version'),
  ...shared,
  response: StoredVersion,
  errors: ['M_NOT_FOUND'],
});
export const getRoomKeysVersion = defineEndpoint({
  method: 'GET',
  ...path('version/:version'),
  ...shared,
  params: VersionParams,
  response: StoredVersion,
  errors: ['M_NOT_FOUND'],
});
export const putRoomKeysVersion = defineEndpoint({
  method: 'PUT',
  ...path('version/:version'),
  ...shared,
  params: VersionParams,
  body: Type.Object({ ...BackupVersion, version: Type.Optional(Type.String()) }),
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});
export const deleteRoomKeysVersion = defineEndpoint({
  method: 'DELETE',
  ...path('version/:version'),
  ...shared,
  params: VersionParams,
  response: Empty,
  errors: ['M_NOT_FOUND'],
});

export const getRoomKeys = get('keys', Type.Object({}), AllSessions);
export const putRoomKeys = put('keys', Type.Object({}), AllSessions);
export const deleteRoomKeys = remove('keys', Type.Object({}));
export const getRoomKeysByRoomId = get('keys/:roomId', RoomParams, RoomSessions);
export const putRoomKeysByRoomId = put('keys/:roomId', RoomParams, RoomSessions);
export const deleteRoomKeysByRoomId = remove('keys/:roomId', RoomParams);
export const getRoomKeyBySessionId = get('keys/:roomId/:sessionId', SessionParams, Session);
export const putRoomKeyBySessionId = put('keys/:roomId/:sessionId', SessionParams, Session);
export const deleteRoomKeyBySessionId = remove('keys/:roomId/:sessionId', SessionParams);
