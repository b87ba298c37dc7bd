import { invalidParam, type admin, type QueryOf } from '@stafette/contracts';
import type { ServerName, UserId } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Audit } from '../../../audit/index.ts';
import type { Media, MediaModeration } from '../../../media/index.ts';
import type { OldFilesQuery } from '../shown-media.ts';

export interface SynapseMediaDependencies {
  readonly media: Media;
  readonly mediaModeration: MediaModeration;
  readonly audit: Audit;
  readonly serverName: ServerName;
  readonly listOldFiles: (query: OldFilesQuery) => Promise<readonly string[]>;
}

const FILES_AT_ONCE = 100;

const uriOf = ({ serverName, mediaId }: { readonly serverName: string; readonly mediaId: string }): string =>
  `mxc://${serverName}/${mediaId}`;

export const getSynapseMedia =
  ({ mediaModeration }: SynapseMediaDependencies): Handler<typeof admin.getSynapseMedia> =>
  async ({ params }) => {
    const facts = await mediaModeration.get(params.serverName, params.mediaId);
    return {
      media_info: {
        media_origin: params.serverName,
        user_id: facts.uploader,
        media_id: facts.media_id,
        media_type: facts.content_type,
        media_length: facts.size_bytes,
        upload_name: facts.file_name,
        created_ts: facts.created_at,
        filesystem_id: facts.storage_name,
        url_cache: null,
        last_access_ts: null,
        quarantined_by: facts.quarantined_by,
        authenticated: true,
        safe_from_quarantine: facts.protected_by !== null,
        sha256: facts.sha256 === null ? null : Buffer.from(facts.sha256).toString('hex'),
      },
    };
  };

export const quarantineSynapseMedia =
  ({ mediaModeration, audit }: SynapseMediaDependencies): Handler<typeof admin.quarantineSynapseMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'media.quarantine', target: uriOf(params) } as const;
    await mediaModeration.setQuarantined(params.serverName, params.mediaId, actor, (tx) => audit.note(tx, entry));
    return {};
  };

export const unquarantineSynapseMedia =
  ({ mediaModeration, audit }: SynapseMediaDependencies): Handler<typeof admin.unquarantineSynapseMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'media.unquarantine', target: uriOf(params) } as const;
    await mediaModeration.setQuarantined(params.serverName, params.mediaId, null, (tx) => audit.note(tx, entry));
    return {};
  };

const setProtected = async (
  { mediaModeration, audit, serverName }: SynapseMediaDependencies,
  mediaId: string,
  actor: UserId,
  isProtected: boolean,
): Promise<void> => {
  const action = isProtected ? 'media.protect' : 'media.unprotect';
  const entry = { actor, action, target: uriOf({ serverName, mediaId }) } as const;
  await mediaModeration.setProtected(mediaId, isProtected ? actor : null, (tx) => audit.note(tx, entry));
};

export const protectSynapseMedia =
  (d: SynapseMediaDependencies): Handler<typeof admin.protectSynapseMedia> =>
  async ({ params, requester }) => {
    await setProtected(d, params.mediaId, requester.userId, true);
    return {};
  };

export const unprotectSynapseMedia =
  (d: SynapseMediaDependencies): Handler<typeof admin.unprotectSynapseMedia> =>
  async ({ params, requester }) => {
    await setProtected(d, params.mediaId, requester.userId, false);
    return {};
  };

export const removeSynapseMedia =
  ({ media, audit }: SynapseMediaDependencies): Handler<typeof admin.removeSynapseMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'media.remove', target: uriOf(params) } as const;
    await media.removeNoted(params, (tx) => audit.note(tx, entry));
    return { deleted_media: [params.mediaId], total: 1 };
  };

/** Each file is on record; whoever hangs up has the rest spared. */
async function removeOld(
  { media, audit, serverName, listOldFiles }: SynapseMediaDependencies,
  query: QueryOf<typeof admin.removeOldSynapseMedia>,
  actor: UserId,
  signal: AbortSignal,
): Promise<string[]> {
  const { before_ts: beforeMs, size_gt: largerThanBytes = 0, keep_profiles: keepsProfiles = true } = query;
  const removed: string[] = [];
  while (!signal.aborted) {
    const found = await listOldFiles({ beforeMs, largerThanBytes, keepsProfiles, limit: FILES_AT_ONCE });
    for (const mediaId of found) {
      const entry = { actor, action: 'media.remove', target: uriOf({ serverName, mediaId }) } as const;
      await media.removeNoted({ serverName, mediaId }, (tx) => audit.note(tx, entry));
      removed.push(mediaId);
    }
    if (found.length < FILES_AT_ONCE) break;
  }
  return removed;
}

export const removeOldSynapseMedia =
  (d: SynapseMediaDependencies): Handler<typeof admin.removeOldSynapseMedia> =>
  async ({ query, requester, signal }) => {
    const removed = await removeOld(d, query, requester.userId, signal);
    return { deleted_media: removed, total: removed.length };
  };

export const removeOldSynapseMediaOfServer =
  (d: SynapseMediaDependencies): Handler<typeof admin.removeOldSynapseMediaOfServer> =>
  async ({ params, query, requester, signal }) => {
    if (params.serverName !== d.serverName) throw invalidParam('Only files of this server can be removed');
    const removed = await removeOld(d, query, requester.userId, signal);
    return { deleted_media: removed, total: removed.length };
  };

export const purgeSynapseMediaCache = (): Handler<typeof admin.purgeSynapseMediaCache> => async () => ({ deleted: 0 });
