import type { clientServer, federation } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import type { Clock } from '../../platform/clock.ts';
import { getRtcTransports, getTurnServer } from './endpoints/calls.ts';
import { getCapabilities, getVersions } from './endpoints/capabilities.ts';
import { getVersion } from './endpoints/get-version.ts';
import {
  getServerWellKnown,
  getWellknown,
  getWellknownPolicy,
  getWellknownSupport,
  type WellKnown,
} from './endpoints/well-known.ts';
import { type Turn, turnServerFor } from './turn.ts';
import type { Announced } from './versions.ts';

export interface Capabilities extends WellKnown, Announced {
  readonly turn: Turn | undefined;
  readonly clock: Clock;
}

export const capabilitiesHandlers = ({ turn, clock, ...capabilities }: Capabilities) =>
  ({
    getVersions: getVersions(capabilities),
    getCapabilities: getCapabilities(capabilities),
    getTurnServer: getTurnServer(turn && ((userId) => turnServerFor(userId, turn, clock))),
    getRtcTransports: getRtcTransports(capabilities.livekitServiceUrl),
    getWellknown: getWellknown(capabilities),
    getWellknownSupport: getWellknownSupport(capabilities),
    getWellknownPolicy: getWellknownPolicy(capabilities),
    getServerWellKnown: getServerWellKnown(capabilities),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const capabilitiesFederationHandlers = (version: string | undefined) =>
  ({ getVersion: getVersion(version) }) satisfies Partial<HandlersOf<typeof federation>>;
