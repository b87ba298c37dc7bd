import type { clientServer } from '@stafette/contracts';
import type { JsonObject, UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';

/** `serverFor` is undefined where there are no relays. */
export const getTurnServer =
  (serverFor: ((userId: UserId) => JsonObject) | undefined): Handler<typeof clientServer.getTurnServer> =>
  async ({ requester }) =>
    serverFor?.(requester.userId) ?? {};

/** One LiveKit service, as both places that name it want it. */
export const livekitTransport = (url: string) => ({ type: 'livekit', livekit_service_url: url });

export const getRtcTransports =
  (livekitServiceUrl: string | undefined): Handler<typeof clientServer.getRtcTransports> =>
  async () => ({ rtc_transports: livekitServiceUrl === undefined ? [] : [livekitTransport(livekitServiceUrl)] });
