import type { admin } from '@stafette/contracts';
import type { ServerName } from '@stafette/protocol';
import type { Handler } from '../../../../http/handler.ts';
import type { Audit } from '../../../audit/index.ts';
import { gateOf } from '../../../history/index.ts';
import type { MediaModeration } from '../../../media/index.ts';
import type { RoomEvents } from '../../../room-events/index.ts';
import { readLocalUser } from '../../people/local-user.ts';
import { getRoomById } from '../../rooms/named-room.ts';
import type { RoomInspection } from '../../rooms/room-inspection.ts';
import type { Mention } from '../shown-media.ts';

export interface MediaOfDependencies {
  readonly roomEvents: RoomEvents;
  readonly roomInspection: RoomInspection;
  readonly mediaModeration: MediaModeration;
  readonly audit: Audit;
  readonly serverName: ServerName;
  readonly listMentions: (roomNid: number) => Promise<readonly Mention[]>;
}

export const listSynapseRoomMedia =
  (d: MediaOfDependencies): Handler<typeof admin.listSynapseRoomMedia> =>
  async ({ params, query, requester }) => {
    const room = await getRoomById(d.roomEvents, params.roomId);
    const purpose = { action: 'room.read-media', reason: query.reason } as const;
    const access = await d.roomInspection.open(room, requester, purpose);
    const gate = await gateOf(d.roomInspection.history, access);
    const shown = (await d.listMentions(room.nid)).filter((mention) => gate.canSee(mention));
    const urisOf = (mentions: readonly Mention[]): string[] => [
      ...new Set(mentions.map(({ origin, mediaId }) => `mxc://${origin}/${mediaId}`)),
    ];
    return {
      local: urisOf(shown.filter(({ origin }) => origin === d.serverName)),
      remote: urisOf(shown.filter(({ origin }) => origin !== d.serverName)),
    };
  };

export const quarantineSynapseRoomMedia =
  (d: MediaOfDependencies): Handler<typeof admin.quarantineSynapseRoomMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const room = await getRoomById(d.roomEvents, params.roomId);
    const own = (await d.listMentions(room.nid)).filter(({ origin }) => origin === d.serverName);
    const mediaIds = own.map(({ mediaId }) => mediaId);
    const entry = { actor, action: 'room.quarantine-media', target: room.id } as const;
    const count = await d.mediaModeration.quarantineAll({ mediaIds }, actor, (tx) => d.audit.note(tx, entry));
    return { num_quarantined: count };
  };

export const quarantineSynapseUserMedia =
  (d: MediaOfDependencies): Handler<typeof admin.quarantineSynapseUserMedia> =>
  async ({ params, requester: { userId: actor } }) => {
    const uploader = readLocalUser(params.userId, d.serverName);
    const entry = { actor, action: 'user.quarantine-media', target: uploader } as const;
    const count = await d.mediaModeration.quarantineAll({ uploader }, actor, (tx) => d.audit.note(tx, entry));
    return { num_quarantined: count };
  };
