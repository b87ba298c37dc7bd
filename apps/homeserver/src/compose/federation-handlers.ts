import type { federation } from '@stafette/contracts';
import { capabilitiesFederationHandlers } from '../features/capabilities/index.ts';
import { deviceKeysFederationHandlers } from '../features/e2ee-keys/index.ts';
import { openIdFederationHandlers } from '../features/openid/index.ts';
import { profilesFederationHandlers } from '../features/profiles/index.ts';
import { roomsFederationHandlers } from '../features/rooms/index.ts';
import { serverKeysHandlers } from '../features/server-keys/index.ts';
import type { HandlersOf } from '../http/handler.ts';
import { VERSION } from '../version.ts';
import type { Basis } from './basis.ts';
import type { Services } from './client-handlers.ts';

/** Every operation of the server-server API with the service that does it: the one that does it for clients. */
export function federationHandlers({ serverName, options }: Basis, services: Services): HandlersOf<typeof federation> {
  return {
    ...capabilitiesFederationHandlers(services.circle.isEmpty ? undefined : VERSION),
    ...serverKeysHandlers(services.serverKeys),
    ...openIdFederationHandlers(services.openIdTokens),
    ...profilesFederationHandlers(services.profiles, serverName),
    ...roomsFederationHandlers(services.rooms),
    ...deviceKeysFederationHandlers({
      ...services,
      serverName,
      tellsDeviceNames: options.deviceNamesOverFederation ?? false,
    }),
  };
}
