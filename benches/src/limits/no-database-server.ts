/**
 * The server's HTTP path without a database, as a process of its own: account gate, parser, schemas, canonical JSON, hashes
 * and signature as for a real send, and the answer. What a send costs beyond this is storage and distribution.
 */
import { clientServer } from '@stafette/contracts';
import { createSigner, protocolCrypto } from '@stafette/homeserver/features/server-keys/index.ts';
import { createApplication } from '@stafette/homeserver/http/application.ts';
import { bindEndpoints } from '@stafette/homeserver/http/bind-endpoints.ts';
import {
  buildPdu,
  type DeviceId,
  type EventId,
  findRoomVersion,
  getRoomId,
  getServerName,
  getUserId,
} from '@stafette/protocol';

const version = findRoomVersion('11');
if (version === undefined) throw new Error('room version 11 is in the table');
const context = {
  version,
  serverName: getServerName('bench'),
  signer: createSigner('ed25519:bench', new Uint8Array(32).fill(7)),
  crypto: protocolCrypto,
};
const sender = getUserId('@probe:bench');
// As many references as a message in an ordinary room has.
const reference = (letter: string): EventId => `$${letter.repeat(43)}` as EventId;
const authEvents = [reference('a'), reference('b'), reference('c')];

const app = createApplication((error) => console.error(error));
bindEndpoints(
  app,
  { sendMessage: clientServer.sendMessage },
  {
    sendMessage: async ({ params, body }: { params: { roomId: string; eventType: string }; body: object }) => {
      const { pdu } = buildPdu(
        {
          roomId: getRoomId(params.roomId),
          type: params.eventType,
          sender,
          content: { ...body },
          originServerTs: Date.now(),
          depth: 100,
          prevEvents: [reference('p')],
          authEvents,
        },
        context,
      );
      return { event_id: pdu.eventId };
    },
  },
  {
    gate: {
      authenticate: async () => ({
        userId: sender,
        deviceId: 'PROBE' as DeviceId,
        sessionId: 1,
        kind: 'user',
        isAdmin: false,
        isSuspended: false,
        isLocked: false,
      }),
      isServiceToken: () => false,
    },
    rateLimiter: undefined,
    allowsQueryToken: false,
    closing: new AbortController().signal,
    observe: () => {},
  },
);
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
console.log('ready');
