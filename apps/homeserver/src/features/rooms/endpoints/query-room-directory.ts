import { notFound, type federation } from '@stafette/contracts';
import { serverNameOf, type ServerName } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import type { Aliases } from '../aliases.ts';
import { readAlias } from './aliases.ts';

/** Other servers are told what anybody is told, but not of rooms that are for people of this server alone. */
export const queryRoomDirectory =
  (aliases: Aliases, serverName: ServerName): Handler<typeof federation.queryRoomDirectory> =>
  async ({ query }) => {
    const alias = readAlias(query.room_alias);
    const room = serverNameOf(alias) === serverName ? await aliases.findFor(undefined, alias) : undefined;
    if (room === undefined || room.state('m.room.create', '')?.content['m.federate'] === false)
      throw notFound('There is no such alias');
    return { room_id: room.id, servers: [serverName] };
  };
