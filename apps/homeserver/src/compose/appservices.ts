import { Appservices, Queries, ServiceClient, ThirdParty } from '../features/appservices/index.ts';
import type { Basis } from './basis.ts';

/** The application services that the operator registered, and what can be asked of them. */
export function composeAppservices({ serverName, log, clock, outbound, options }: Basis) {
  const appservices = new Appservices(options.appservices ?? [], serverName);
  const serviceClient = new ServiceClient(outbound, clock);
  const dependencies = { client: serviceClient, log, serverName, services: appservices.all };
  return {
    appservices,
    serviceClient,
    queries: new Queries(dependencies),
    thirdParty: new ThirdParty(dependencies),
  };
}

export type AppserviceGroup = ReturnType<typeof composeAppservices>;
