import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseServerName, type ServerName } from '@stafette/protocol';
import { compose, type Homeserver } from './compose.ts';
import { ConfigError, type Config } from './config/index.ts';
import { logInAdministrator, prepareAdministrator } from './first-administrator.ts';
import { readRegistrations, type AppserviceRegistration } from './features/appservices/index.ts';
import { SetupService, type PreparedServer } from './features/setup/index.ts';
import { createSetupApplication } from './setup-application.ts';
import { dispatch } from './http/dispatch.ts';
import type { Listener, RequestHandler } from './http/listener.ts';
import { createWebClient } from './http/web-client.ts';
import { systemClock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { systemRandom } from './platform/random.ts';
import type { Foundation } from './foundation.ts';

async function composeServer(
  { config, log, database, metrics }: Foundation,
  serverName: ServerName,
): Promise<Homeserver> {
  const homeserver = await compose({
    serverName,
    database,
    log,
    metrics,
    clock: systemClock,
    random: systemRandom,
    features: config.features,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    ssoRedirects: config.ssoRedirects,
    mediaDirectory: join(config.dataDirectory, 'media'),
    maxUploadBytes: config.maxUploadBytes,
    maxMediaBytesPerUser: config.maxMediaBytesPerUser,
    urlPreviews: config.urlPreviews,
    defaultRoomVersion: config.defaultRoomVersion,
    delayedEvents: config.delayedEvents,
    retention: config.retention,
    quietThreads: config.quietThreads,
    administration: config.administration,
    calls: config.calls,
    mail: config.mail,
    serverNotices: config.serverNotices,
    policyServerKey: config.policyServerKey,
    federationList: config.federationList,
    deviceNamesOverFederation: config.deviceNamesOverFederation,
    registrationSecret: config.conformance?.registrationSecret,
    authorities: readAuthorities(config),
    appservices: readAppservices(config, log),
  });
  await homeserver.app.ready();
  return homeserver;
}

/** What the operator registered; a server that starts with half of it would lose the other half's messages. */
function readAppservices({ appservicesDirectory }: Config, log: Log): readonly AppserviceRegistration[] {
  if (appservicesDirectory === undefined) return [];
  const { registrations, problems, warnings } = readRegistrations(appservicesDirectory);
  if (problems.length > 0) throw new ConfigError(problems);
  for (const warning of warnings)
    log.warn({ warning }, 'a registration of an application service is not all understood');
  return registrations;
}

/** PEM text of the authorities that a test suite made for itself. */
function readAuthorities({ conformance }: Config): string | undefined {
  return conformance?.authorityFile === undefined ? undefined : readFileSync(conformance.authorityFile, 'utf8');
}

const handlerOf =
  ({ app }: Homeserver): RequestHandler =>
  (request, response) =>
    app.routing(request, response);

function parseConfiguredName(text: string): ServerName {
  const serverName = parseServerName(text);
  if (serverName === undefined) throw new ConfigError([`"${text}" is not a server name`]);
  return serverName;
}

async function serveConformance(foundation: Foundation, listener: Listener): Promise<undefined> {
  const { config } = foundation;
  const homeserver = await composeServer(foundation, parseConfiguredName(config.serverName ?? ''));
  foundation.active = homeserver;
  listener.use(dispatch({ api: handlerOf(homeserver), setup: undefined, web: undefined }));
}

/**
 * Serves an agency, or its set-up: then the small set-up application and the web client answer until the agency exists,
 * and the complete server from that moment on, without a restart. Returns the set-up code when one is needed.
 */
async function serveAgency(foundation: Foundation, listener: Listener): Promise<string | undefined> {
  const { config, log, database } = foundation;
  const web = config.webDirectory === undefined ? undefined : await createWebClient(config.webDirectory);

  const activate = (homeserver: Homeserver): void => {
    foundation.active = homeserver;
    listener.use(dispatch({ api: handlerOf(homeserver), setup, web }));
  };
  const prepareServer = async ({ serverName }: { readonly serverName: ServerName }): Promise<PreparedServer> => {
    const homeserver = await composeServer(foundation, serverName);
    return {
      prepareAdministrator: async (administrator) => prepareAdministrator(homeserver, administrator),
      activate: async (userId, administrator) => {
        activate(homeserver);
        return logInAdministrator(homeserver, userId, administrator);
      },
      discard: async () => homeserver.close(),
    };
  };

  const service = new SetupService({
    database,
    clock: systemClock,
    random: systemRandom,
    fixedServerName: config.serverName,
    prepareServer,
  });
  const setup = await createSetupApplication(service, systemClock, log);
  const agency = await service.findAgency();
  if (agency) {
    if (config.serverName !== undefined && config.serverName !== agency.serverName) {
      throw new ConfigError([
        `The configuration says server_name ${config.serverName}, but this agency is ${agency.serverName}; a server name never changes`,
      ]);
    }
    activate(await composeServer(foundation, agency.serverName));
    return undefined;
  }
  listener.use(dispatch({ api: setup, setup, web }));
  return service.issueCode();
}

/** Makes the server that the configuration asks for and hands it the requests; a set-up code when there is no agency yet. */
export async function serve(foundation: Foundation, listener: Listener): Promise<string | undefined> {
  return foundation.config.mode === 'conformance'
    ? serveConformance(foundation, listener)
    : serveAgency(foundation, listener);
}
