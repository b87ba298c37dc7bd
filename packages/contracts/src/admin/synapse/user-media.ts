import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, NullableText, PlainText } from '../../schemas.ts';
import { pageAnswer, pageQuery } from './pages.ts';

const errors = ['M_FORBIDDEN', 'M_INVALID_PARAM', 'M_NOT_FOUND'] as const;

const File = Type.Object({
  media_id: Type.String(),
  media_type: NullableText,
  /** Bytes. */
  media_length: Type.Integer(),
  upload_name: NullableText,
  /** Milliseconds since 1970. */
  created_ts: Type.Integer(),
  /** Not noted here. */
  last_access_ts: Type.Null(),
  quarantined_by: NullableText,
  safe_from_quarantine: Type.Boolean(),
});

const files = {
  path: '/_synapse/admin/v1/users/:userId/media',
  auth: 'admin',
  rateLimit: 'media',
  params: Type.Object({ userId: Identifier }),
  query: Type.Object({
    ...pageQuery(1000),
    /** The newest first without either of these. */
    order_by: Type.Optional(
      Type.Enum([
        'media_id',
        'upload_name',
        'created_ts',
        'last_access_ts',
        'media_length',
        'media_type',
        'quarantined_by',
        'safe_from_quarantine',
      ]),
    ),
  }),
  errors,
} as const;

/** The files that somebody uploaded. */
export const listSynapseUserMedia = defineEndpoint({
  ...files,
  method: 'GET',
  response: Type.Object({
    media: Type.Array(File),
    ...pageAnswer,
  }),
});

/** Removes a page of somebody's files for good: a hundred when nothing else is said. */
export const removeSynapseUserMedia = defineEndpoint({
  ...files,
  method: 'DELETE',
  response: Type.Object({ deleted_media: Type.Array(Type.String()), total: Type.Integer() }),
});

/** How much room people's files take up. */
export const listSynapseMediaUsage = defineEndpoint({
  method: 'GET',
  path: '/_synapse/admin/v1/statistics/users/media',
  auth: 'admin',
  rateLimit: 'search',
  query: Type.Object({
    ...pageQuery(1000),
    order_by: Type.Optional(Type.Enum(['user_id', 'displayname', 'media_length', 'media_count'])),
    /** Only files uploaded at this moment or later, milliseconds since 1970. */
    from_ts: Type.Optional(Type.Integer({ minimum: 0 })),
    until_ts: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Part of the localpart or of the display name. */
    search_term: Type.Optional(PlainText(255)),
  }),
  response: Type.Object({
    users: Type.Array(
      Type.Object({
        user_id: Type.String(),
        displayname: NullableText,
        media_count: Type.Integer(),
        /** Bytes. */
        media_length: Type.Integer(),
      }),
    ),
    ...pageAnswer,
  }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});
