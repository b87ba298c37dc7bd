import type { admin, QueryOf } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Media } from '../../../media/index.ts';
import { getLocalAccount } from '../local-user.ts';
import type { UserAdministration } from './synapse-users.ts';

export interface UserMediaDependencies extends UserAdministration {
  readonly media: Media;
}

type MediaQuery = QueryOf<typeof admin.listSynapseUserMedia>;

const DEFAULT_LIMIT = 100;

const pageOf = (uploader: UserId, query: MediaQuery): Parameters<Media['listUploads']>[0] => ({
  uploader,
  // When files were looked at last is not noted.
  order: query.order_by === 'last_access_ts' ? 'media_id' : (query.order_by ?? 'created_ts'),
  // The newest first, where nothing else is said.
  isReversed: query.dir === 'b' || (query.order_by === undefined && query.dir === undefined),
  offset: query.from ?? 0,
  limit: query.limit ?? DEFAULT_LIMIT,
});

/** The token of the page after this one, if there is one. */
const nextPage = (from = 0, length: number, total: number) =>
  length > 0 && from + length < total ? { next_token: from + length } : {};

export const listSynapseUserMedia =
  (d: UserMediaDependencies): Handler<typeof admin.listSynapseUserMedia> =>
  async ({ params, query }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const { files, total } = await d.media.listUploads(pageOf(userId, query));
    return {
      media: files.map((file) => ({
        media_id: file.media_id,
        media_type: file.content_type,
        media_length: file.size_bytes,
        upload_name: file.file_name,
        created_ts: file.created_at,
        last_access_ts: null,
        quarantined_by: file.quarantined_by,
        safe_from_quarantine: file.is_protected,
      })),
      total,
      ...nextPage(query.from, files.length, total),
    };
  };

export const removeSynapseUserMedia =
  (d: UserMediaDependencies): Handler<typeof admin.removeSynapseUserMedia> =>
  async ({ params, query, requester: { userId: actor } }) => {
    const { userId } = await getLocalAccount(d, params.userId);
    const { files } = await d.media.listUploads(pageOf(userId, query));
    const entry = { actor, action: 'user.remove-media', target: userId } as const;
    if (files.length > 0) await d.media.removeUploads(files, (tx) => d.audit.note(tx, entry));
    return { deleted_media: files.map((file) => file.media_id), total: files.length };
  };

export const listSynapseMediaUsage =
  ({ media }: UserMediaDependencies): Handler<typeof admin.listSynapseMediaUsage> =>
  async ({ query }) => {
    const { people, total } = await media.listUsage({
      order: query.order_by ?? 'user_id',
      isReversed: query.dir === 'b',
      sinceMs: query.from_ts ?? 0,
      untilMs: query.until_ts ?? Number.MAX_SAFE_INTEGER,
      term: query.search_term,
      offset: query.from ?? 0,
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    return {
      users: people.map((row) => ({
        user_id: row.user_id,
        displayname: row.display_name,
        media_count: row.count,
        media_length: row.size_bytes,
      })),
      total,
      ...nextPage(query.from, people.length, total),
    };
  };
