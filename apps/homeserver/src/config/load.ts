import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerName } from '@stafette/protocol';
import type { Environment } from '../platform/environment.ts';
import { LOG_LEVELS, type LogLevel } from '../platform/log.ts';
import { formatAddress, parseAddress, reachableAddress } from './address.ts';
import { ConfigError } from './config-error.ts';
import { agencyFeatures, type Address, type CallsConfig, type Config } from './config.ts';
import { loadMail } from './mail.ts';
import { readConfigText } from './read-file.ts';
import { resolveSettings, type Setting } from './settings-source.ts';

/** The web client as it is built inside this source tree. */
export const bundledWebDirectory = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export interface ConfigSource {
  readonly environment: Environment;
  /** Where relative paths start. */
  readonly workingDirectory: string;
  /** Whether a person looks at the output. */
  readonly isTerminal: boolean;
  /** From the command line; before STAFETTE_CONFIG. */
  readonly configFile?: string | undefined;
}

function findFile({ environment, workingDirectory, configFile }: ConfigSource): string | undefined {
  const named = configFile ?? environment['STAFETTE_CONFIG'];
  if (named !== undefined && named !== '') {
    const path = resolve(workingDirectory, named);
    if (!existsSync(path)) throw new ConfigError([`The configuration file ${path} does not exist`]);
    return path;
  }
  const usual = join(workingDirectory, 'stafette.yaml');
  return existsSync(usual) ? usual : undefined;
}

/** Reads and checks the file and the environment. Throws a {@link ConfigError} with every problem at once. */
export function readSettings(source: ConfigSource): {
  readonly settings: ReadonlyMap<string, Setting>;
  readonly file: string | undefined;
} {
  const file = findFile(source);
  const read = file === undefined ? { file: {}, problems: [] } : readConfigText(readFileSync(file, 'utf8'), file);
  const { settings, problems } = resolveSettings(read.file, source.environment);
  const all = [...read.problems, ...problems];
  if (all.length > 0) throw new ConfigError(all);
  return { settings, file };
}

const textOf = (settings: ReadonlyMap<string, Setting>, path: string): string | undefined => {
  const value = settings.get(path)?.value;
  return typeof value === 'string' ? value : undefined;
};

function addressOf(settings: ReadonlyMap<string, Setting>, path: string): Address {
  const address = parseAddress(textOf(settings, path) ?? '');
  if (!address) throw new ConfigError([`${path} must be an address`]);
  return address;
}

/** A folder given as a path, `off`, or nothing. */
function directoryOf(text: string | undefined, base: string, fallback: string | undefined): string | undefined {
  if (text === 'off') return undefined;
  return text === undefined ? fallback : resolve(base, text);
}

function logFileOf(
  settings: ReadonlyMap<string, Setting>,
  base: string,
  dataDirectory: string,
  isTerminal: boolean,
): string | undefined {
  const text = textOf(settings, 'log.file');
  if (text === undefined) return isTerminal ? join(dataDirectory, 'logs/stafette.log') : undefined;
  return text === '-' ? undefined : resolve(base, text);
}

const numberOf = (settings: ReadonlyMap<string, Setting>, path: string): number => Number(settings.get(path)?.value);

function callsOf(settings: ReadonlyMap<string, Setting>): CallsConfig {
  // Checked against its schema.
  const uris = settings.get('turn.uris')?.value as readonly string[];
  const sharedSecret = textOf(settings, 'turn.shared_secret');
  if (uris.length > 0 && sharedSecret === undefined)
    throw new ConfigError(['turn.uris needs turn.shared_secret, from which the passwords of clients are made']);
  return {
    livekitServiceUrl: textOf(settings, 'rtc.livekit_service_url'),
    turn:
      uris.length === 0 || sharedSecret === undefined
        ? undefined
        : { uris, sharedSecret, ttlSeconds: numberOf(settings, 'turn.ttl_seconds') },
  };
}

function urlPreviewsOf(settings: ReadonlyMap<string, Setting>): Config['urlPreviews'] {
  // Checked against their schemas.
  const allow = settings.get('url_previews.allow')?.value as readonly string[];
  return allow.length === 0
    ? undefined
    : { allow, deny: settings.get('url_previews.deny')?.value as readonly string[] };
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1024 * 1024;

function retentionOf(settings: ReadonlyMap<string, Setting>): Config['retention'] {
  const daysOf = (path: string): number | undefined => {
    const value = settings.get(path)?.value;
    return typeof value === 'number' ? value * DAY_MS : undefined;
  };
  const minMs = daysOf('retention.allowed_min_days');
  const maxMs = daysOf('retention.allowed_max_days');
  if (minMs !== undefined && maxMs !== undefined && minMs > maxMs)
    throw new ConfigError(['retention.allowed_min_days must not be more than retention.allowed_max_days']);
  const defaultMs = daysOf('retention.default_max_lifetime_days');
  if (defaultMs !== undefined && maxMs !== undefined && defaultMs > maxMs)
    throw new ConfigError([
      'retention.default_max_lifetime_days must not be more than retention.allowed_max_days: rooms that say nothing would keep messages for longer than any room may',
    ]);
  return { defaultMs, minMs, maxMs };
}

export const readLogLevel = (text: string | undefined): LogLevel =>
  LOG_LEVELS.find((level) => level === text) ?? 'info';

/** The configuration of an agency's server. */
export function loadConfig(source: ConfigSource): Config {
  const { settings, file } = readSettings(source);
  const base = file === undefined ? source.workingDirectory : dirname(file);
  const listen = addressOf(settings, 'listen');
  const dataDirectory = resolve(base, textOf(settings, 'data') ?? '');
  const operations = settings.get('operations.listen');
  const databaseSettings = settings.get('database.settings')?.value;
  const proxies = settings.get('trusted_proxies')?.value;
  return {
    mode: 'agency',
    serverName: textOf(settings, 'server_name'),
    listeners: [{ ...listen, tls: undefined }],
    operations:
      operations?.value === 'off'
        ? undefined
        : { ...addressOf(settings, 'operations.listen'), isRequired: operations?.origin !== 'default' },
    publicUrl:
      textOf(settings, 'public_url')?.replace(/\/$/, '') ?? `http://${formatAddress(reachableAddress(listen))}`,
    // Checked against their schemas above.
    trustedProxies: proxies as readonly string[],
    dataDirectory,
    webDirectory: directoryOf(textOf(settings, 'web.directory'), base, bundledWebDirectory),
    database: { url: textOf(settings, 'database.url'), settings: databaseSettings as Readonly<Record<string, string>> },
    log: {
      level: readLogLevel(textOf(settings, 'log.level')),
      file: logFileOf(settings, base, dataDirectory, source.isTerminal),
    },
    appservicesDirectory: directoryOf(textOf(settings, 'appservices.directory'), base, undefined),
    maxUploadBytes: numberOf(settings, 'media.max_upload_mib') * MIB,
    maxMediaBytesPerUser: numberOf(settings, 'media.max_mib_per_user') * MIB,
    urlPreviews: urlPreviewsOf(settings),
    defaultRoomVersion: String(numberOf(settings, 'rooms.default_version')),
    ssoRedirects: settings.get('login.sso_redirects')?.value as readonly string[],
    delayedEvents: {
      maxDelayMs: numberOf(settings, 'delayed_events.max_delay_hours') * HOUR_MS,
      maxPerUser: numberOf(settings, 'delayed_events.max_per_user'),
    },
    retention: retentionOf(settings),
    quietThreads: settings.get('threads.quiet')?.value === true,
    calls: callsOf(settings),
    mail: loadMail(settings, base),
    serverNotices: {
      localpart: textOf(settings, 'server_notices.localpart') ?? '',
      name: textOf(settings, 'server_notices.name') ?? '',
    },
    policyServerKey: textOf(settings, 'policy_server.public_key'),
    administration: {
      mayReadRooms: settings.get('administration.may_read_rooms')?.value === true,
      mayActAsPeople: settings.get('administration.may_act_as_people')?.value === true,
    },
    // Checked against its schema.
    federationList: settings.get('federation.allow')?.value as readonly ServerName[],
    deviceNamesOverFederation: settings.get('federation.device_names')?.value === true,
    features: agencyFeatures,
    conformance: undefined,
  };
}
