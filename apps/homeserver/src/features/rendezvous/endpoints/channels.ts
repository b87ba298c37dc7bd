import { type clientServer, MatrixError } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { RendezvousSessions } from '../rendezvous-sessions.ts';

export interface ChannelDependencies {
  readonly channels: RendezvousSessions;
}

export const discoverRendezvous = (): Handler<typeof clientServer.discoverRendezvous> => async () => ({
  create_available: true,
});

export const createRendezvousChannel =
  ({ channels }: ChannelDependencies): Handler<typeof clientServer.createRendezvousChannel> =>
  async ({ body, ip }) => {
    const { id, note } = channels.open(Buffer.from(body.data), ip);
    return { id, sequence_token: note.tag, expires_in_ms: channels.leftMs(note) };
  };

export const getRendezvousChannel =
  ({ channels }: ChannelDependencies): Handler<typeof clientServer.getRendezvousChannel> =>
  async ({ params }) => {
    const note = channels.read(params.id);
    return { data: note.text.toString(), sequence_token: note.tag, expires_in_ms: channels.leftMs(note) };
  };

export const updateRendezvousChannel =
  ({ channels }: ChannelDependencies): Handler<typeof clientServer.updateRendezvousChannel> =>
  async ({ params, body }) => {
    const note = channels.replace(params.id, Buffer.from(body.data), body.sequence_token);
    if (note === undefined)
      throw new MatrixError(409, 'IO_ELEMENT_MSC4388_CONCURRENT_WRITE', 'Somebody else has written meanwhile');
    return { sequence_token: note.tag };
  };

export const deleteRendezvousChannel =
  ({ channels }: ChannelDependencies): Handler<typeof clientServer.deleteRendezvousChannel> =>
  async ({ params }) => {
    channels.close(params.id);
    return {};
  };
