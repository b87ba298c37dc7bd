import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { pingAppservice } from './endpoints/ping-appservice.ts';
import * as thirdPartyEndpoints from './endpoints/third-party.ts';
import type { PingDependencies } from './ping.ts';
import type { ThirdParty } from './third-party.ts';

export { Appservices } from './appservices.ts';
export { Deliveries } from './deliveries.ts';
export { Queries } from './queries.ts';
export { readRegistrations } from './read-directory.ts';
export type { AppserviceRegistration } from './registration.ts';
export { ServiceClient } from './service-client.ts';
export { ThirdParty } from './third-party.ts';

export const appservicesHandlers = (dependencies: PingDependencies & { readonly thirdParty: ThirdParty }) =>
  ({
    pingAppservice: pingAppservice(dependencies),
    getProtocols: thirdPartyEndpoints.getProtocols(dependencies.thirdParty),
    getProtocolMetadata: thirdPartyEndpoints.getProtocolMetadata(dependencies.thirdParty),
    queryLocationByProtocol: thirdPartyEndpoints.queryLocationByProtocol(dependencies.thirdParty),
    queryUserByProtocol: thirdPartyEndpoints.queryUserByProtocol(dependencies.thirdParty),
    queryLocationByAlias: thirdPartyEndpoints.queryLocationByAlias(dependencies.thirdParty),
    queryUserByID: thirdPartyEndpoints.queryUserByID(dependencies.thirdParty),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
