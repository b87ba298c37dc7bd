import { resolve } from 'node:path';
import type { Environment } from '../platform/environment.ts';
import { parseAddress } from './address.ts';
import { ConfigError } from './config-error.ts';
import type { Address, Config, Features, ListenerConfig } from './config.ts';
import { readLogLevel } from './load.ts';
import { conformanceMail } from './mail.ts';

/** What public test suites expect of a server: everything open, nothing slowed down. Never for people's messages. */
export const conformanceFeatures: Features = {
  openRegistration: true,
  sharedSecretRegistration: true,
  guests: true,
  cheapPasswordHashes: true,
  rateLimits: false,
  forcedEncryption: false,
  presence: true,
  pushContent: true,
  queryStringTokens: true,
  privateAddresses: true,
  openFederation: true,
  roomListPublishing: true,
  directoryOfAcquaintances: true,
  webAvatars: true,
};

export const CONFORMANCE_WARNING =
  'CONFORMANCE MODE: anybody can make an account, passwords are hashed cheaply, and nothing is limited. For test suites only.';

/** The configuration of the conformance mode, from variables of the environment alone. */
export function loadConformanceConfig(environment: Environment, workingDirectory: string): Config {
  const problems: string[] = [];
  const text = (name: string): string | undefined => (environment[name] === '' ? undefined : environment[name]);
  const path = (name: string): string | undefined => {
    const value = text(name);
    return value === undefined ? undefined : resolve(workingDirectory, value);
  };
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) problems.push(`${name} must be set in the conformance mode`);
    return value ?? '';
  };
  const address = (name: string): Address | undefined => {
    const value = text(name);
    const parsed = value === undefined ? undefined : parseAddress(value);
    if (value !== undefined && !parsed) problems.push(`${name} must be an address like 127.0.0.1:8008`);
    return parsed;
  };
  const serverName = required('HS_SERVER_NAME');
  required('HS_CLIENT_ADDR');
  const data = required('HS_DATA');
  const client = address('HS_CLIENT_ADDR');
  const federation = address('HS_FEDERATION_ADDR');
  const certificateFile = path('HS_TLS_CERT');
  const keyFile = path('HS_TLS_KEY');
  const listeners: ListenerConfig[] = client ? [{ ...client, tls: undefined }] : [];
  if (federation) {
    if (certificateFile !== undefined && keyFile !== undefined)
      listeners.push({ ...federation, tls: { certificateFile, keyFile } });
    else problems.push('HS_FEDERATION_ADDR needs HS_TLS_CERT and HS_TLS_KEY');
  }
  const operations = address('STAFETTE_OPERATIONS_LISTEN');
  const smtp = address('HS_SMTP');
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    mode: 'conformance',
    serverName,
    listeners,
    operations: operations && { ...operations, isRequired: true },
    publicUrl: `http://${text('HS_CLIENT_ADDR') ?? ''}`,
    trustedProxies: [],
    dataDirectory: resolve(workingDirectory, data),
    webDirectory: undefined,
    database: { url: text('HS_DATABASE_URL'), settings: {} },
    log: { level: readLogLevel(text('STAFETTE_LOG_LEVEL') ?? 'warn'), file: path('STAFETTE_LOG_FILE') },
    maxUploadBytes: 100 * 1024 * 1024,
    maxMediaBytesPerUser: 50 * 1024 ** 3,
    urlPreviews: { allow: ['*'], deny: [] },
    appservicesDirectory: path('HS_APPSERVICES'),
    defaultRoomVersion: text('HS_ROOM_VERSION') ?? '12',
    ssoRedirects: [],
    delayedEvents: { maxDelayMs: 24 * 60 * 60 * 1000, maxPerUser: 100 },
    quietThreads: true,
    retention: { defaultMs: undefined, minMs: undefined, maxMs: undefined },
    calls: { livekitServiceUrl: undefined, turn: undefined },
    mail: conformanceMail(smtp, serverName),
    serverNotices: { localpart: '_server', name: 'Server Notices' },
    policyServerKey: undefined,
    administration: { mayReadRooms: true, mayActAsPeople: true },
    federationList: [],
    deviceNamesOverFederation: true,
    features: conformanceFeatures,
    conformance: {
      registrationSecret: text('HS_REG_SECRET'),
      authorityFile: path('HS_CA'),
    },
  };
}
