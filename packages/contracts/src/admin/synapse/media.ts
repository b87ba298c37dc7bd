import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Empty, Identifier, NullableText, PlainText, ShortText } from '../../schemas.ts';

const shared = {
  auth: 'admin',
  rateLimit: 'media',
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'],
} as const;
const file = { ...shared, params: Type.Object({ serverName: Identifier, mediaId: ShortText }) } as const;
const ownFile = { ...shared, params: Type.Object({ mediaId: ShortText }) } as const;
/** Tools send an empty object, or nothing. */
const action = { method: 'POST', bodyOptional: true, body: Empty } as const;
const Deleted = Type.Object({ deleted_media: Type.Array(Type.String()), total: Type.Integer() });
const Quarantined = Type.Object({ num_quarantined: Type.Integer() });

/** What is known of a file, in quarantine too. */
export const getSynapseMedia = defineEndpoint({
  method: 'GET',
  ...file,
  path: '/_synapse/admin/v1/media/:serverName/:mediaId',
  response: Type.Object({
    media_info: Type.Object({
      media_origin: Type.String(),
      user_id: NullableText,
      media_id: Type.String(),
      media_type: NullableText,
      media_length: Type.Union([Type.Integer(), Type.Null()]),
      upload_name: NullableText,
      /** Milliseconds since 1970. */
      created_ts: Type.Integer(),
      filesystem_id: NullableText,
      url_cache: Type.Null(),
      /** Not noted here. */
      last_access_ts: Type.Null(),
      quarantined_by: NullableText,
      /** Whether only people with an account get it; always so. */
      authenticated: Type.Boolean(),
      safe_from_quarantine: Type.Boolean(),
      /** In hexadecimal. */
      sha256: NullableText,
    }),
  }),
});

/** Keeps a file from everybody, without removing it. M_FORBIDDEN for one that is protected. */
export const quarantineSynapseMedia = defineEndpoint({
  ...action,
  ...file,
  path: '/_synapse/admin/v1/media/quarantine/:serverName/:mediaId',
  response: Empty,
});

/** Hands a file out again. */
export const unquarantineSynapseMedia = defineEndpoint({
  ...action,
  ...file,
  path: '/_synapse/admin/v1/media/unquarantine/:serverName/:mediaId',
  response: Empty,
});

/** Says that a file of this server is good: it is spared when many are put into quarantine, or deleted for their age. */
export const protectSynapseMedia = defineEndpoint({
  ...action,
  ...ownFile,
  path: '/_synapse/admin/v1/media/protect/:mediaId',
  response: Empty,
});

/** Ends the protection of a file. */
export const unprotectSynapseMedia = defineEndpoint({
  ...action,
  ...ownFile,
  path: '/_synapse/admin/v1/media/unprotect/:mediaId',
  response: Empty,
});

/** Removes a file for good. */
export const removeSynapseMedia = defineEndpoint({
  method: 'DELETE',
  ...file,
  bodyOptional: true,
  body: Empty,
  path: '/_synapse/admin/v1/media/:serverName/:mediaId',
  response: Deleted,
});

const old = {
  ...shared,
  ...action,
  query: Type.Object({
    /** Files that were uploaded before, in milliseconds since 1970. When they were last fetched is not noted here. */
    before_ts: Type.Integer({ minimum: 0 }),
    /** Only files of more bytes. */
    size_gt: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Spares pictures of people and rooms; true when absent. */
    keep_profiles: Type.Optional(Type.Boolean()),
  }),
  response: Deleted,
} as const;

/** Removes old and large files of this server, but for those that are protected. */
export const removeOldSynapseMedia = defineEndpoint({ ...old, path: '/_synapse/admin/v1/media/delete' });

/** The same by its older address. */
export const removeOldSynapseMediaOfServer = defineEndpoint({
  ...old,
  path: '/_synapse/admin/v1/media/:serverName/delete',
  params: Type.Object({ serverName: Identifier }),
});

/** Removes copies of files of other servers. There are none yet. */
export const purgeSynapseMediaCache = defineEndpoint({
  ...shared,
  ...action,
  path: '/_synapse/admin/v1/purge_media_cache',
  query: Type.Object({ before_ts: Type.Integer({ minimum: 0 }) }),
  response: Type.Object({ deleted: Type.Integer() }),
});

const roomParams = Type.Object({ roomId: Identifier });

/** The files that events of a room show in plain text; of ten thousand mentions, the newest. */
export const listSynapseRoomMedia = defineEndpoint({
  method: 'GET',
  ...shared,
  path: '/_synapse/admin/v1/room/:roomId/media',
  params: roomParams,
  query: Type.Object({
    /** Why somebody reads in a room, for the audit log. */
    reason: Type.Optional(PlainText(500)),
  }),
  response: Type.Object({ local: Type.Array(Type.String()), remote: Type.Array(Type.String()) }),
});

/** Keeps the files that events of a room show from everybody. */
export const quarantineSynapseRoomMedia = defineEndpoint({
  ...action,
  ...shared,
  path: '/_synapse/admin/v1/room/:roomId/media/quarantine',
  aliases: ['/_synapse/admin/v1/quarantine_media/:roomId'],
  params: roomParams,
  response: Quarantined,
});

/** Keeps everything that somebody uploaded from everybody. */
export const quarantineSynapseUserMedia = defineEndpoint({
  ...action,
  ...shared,
  path: '/_synapse/admin/v1/user/:userId/media/quarantine',
  params: Type.Object({ userId: Identifier }),
  response: Quarantined,
});
