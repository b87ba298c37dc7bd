import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { getCapabilities, getProtocols, getTurnServer, getVersions } from './endpoints/capabilities.ts';
import { getServerWellKnown, getWellknown, getWellknownSupport, type WellKnown } from './endpoints/well-known.ts';

export interface Capabilities extends WellKnown {
  readonly defaultRoomVersion: string;
  readonly isEncryptionForced: boolean;
}

export const capabilitiesHandlers = (capabilities: Capabilities) =>
  ({
    getVersions: getVersions(capabilities.isEncryptionForced),
    getCapabilities: getCapabilities(capabilities.defaultRoomVersion),
    getTurnServer: getTurnServer(),
    getProtocols: getProtocols(),
    getWellknown: getWellknown(capabilities),
    getWellknownSupport: getWellknownSupport(capabilities),
    getServerWellKnown: getServerWellKnown(capabilities),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
