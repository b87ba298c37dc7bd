import type { admin } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { Audit } from '../../audit/index.ts';
import type { Media } from '../../media/index.ts';

export interface SynapseMediaDependencies {
  readonly media: Media;
  readonly audit: Audit;
}

const uriOf = ({ serverName, mediaId }: { readonly serverName: string; readonly mediaId: string }): string =>
  `mxc://${serverName}/${mediaId}`;

export const quarantineSynapseMedia =
  ({ media, audit }: SynapseMediaDependencies): Handler<typeof admin.quarantineSynapseMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'media.quarantine', target: uriOf(params) } as const;
    await media.setQuarantined(params, actor, (tx) => audit.note(tx, entry));
    return {};
  };

export const unquarantineSynapseMedia =
  ({ media, audit }: SynapseMediaDependencies): Handler<typeof admin.unquarantineSynapseMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'media.unquarantine', target: uriOf(params) } as const;
    await media.setQuarantined(params, null, (tx) => audit.note(tx, entry));
    return {};
  };

export const removeSynapseMedia =
  ({ media, audit }: SynapseMediaDependencies): Handler<typeof admin.removeSynapseMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const entry = { actor, action: 'media.remove', target: uriOf(params) } as const;
    await media.removeNoted(params, (tx) => audit.note(tx, entry));
    return { deleted_media: [params.mediaId], total: 1 };
  };
