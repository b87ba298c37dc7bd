import type { ServerName } from '@stafette/protocol';
import type { MailSettings } from '../features/mail/index.ts';
import type {
  AdministrationConfig,
  CallsConfig,
  DelayedEventsConfig,
  Features,
  RetentionConfig,
  ServerNoticesConfig,
} from '../config/index.ts';
import type { Database } from '../database/database.ts';
import type { AppserviceRegistration } from '../features/appservices/index.ts';
import type { UrlFilter } from '../features/url-previews/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Random } from '../platform/random.ts';

/** Everything from outside that the server needs; tests pass a movable clock and a seeded random. */
export interface HomeserverOptions {
  readonly serverName: ServerName;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** Addresses and networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Where clients reach the server, without a slash at the end. */
  readonly publicUrl?: string;
  /** Absolute; uploaded files live inside. */
  readonly mediaDirectory: string;
  readonly maxUploadBytes?: number;
  readonly maxMediaBytesPerUser?: number;
  /** Sites of which pages are previewed; none when absent. */
  readonly urlPreviews?: UrlFilter | undefined;
  readonly defaultRoomVersion?: string;
  /** Addresses to which the log-in of older applications may lead; see the configuration. */
  readonly ssoRedirects?: readonly string[];
  readonly delayedEvents?: DelayedEventsConfig;
  readonly retention?: RetentionConfig;
  /** Messages in threads notify those who follow the thread, and of the others whom they mention. Off when absent. */
  readonly quietThreads?: boolean;
  readonly calls?: CallsConfig;
  /** Where mail goes out; absent: the server sends none. */
  readonly mail?: MailSettings | undefined;
  readonly serverNotices?: ServerNoticesConfig;
  /** Nothing when absent. */
  readonly administration?: Partial<AdministrationConfig>;
  /** Ed25519 key, unpadded Base64, of the policy server that is found under this server's name. */
  readonly policyServerKey?: string | undefined;
  /** Servers that this one speaks with, where federation is not open; none when absent. */
  readonly federationList?: readonly ServerName[];
  /** Other servers are told what people call their devices. Off when absent. */
  readonly deviceNamesOverFederation?: boolean;
  /** Shared-secret registration of the conformance mode; off when absent. */
  readonly registrationSecret?: string | undefined;
  /** Bridges and bots that the operator registered. */
  readonly appservices?: readonly AppserviceRegistration[];
  /** PEM of authorities that are trusted for outbound TLS besides the usual ones. */
  readonly authorities?: string | undefined;
  /** Behaviour that the conformance mode changes; see `config/`. */
  readonly features: Pick<
    Features,
    | 'openRegistration'
    | 'cheapPasswordHashes'
    | 'rateLimits'
    | 'forcedEncryption'
    | 'queryStringTokens'
    | 'privateAddresses'
    | 'directoryOfAcquaintances'
    | 'webAvatars'
    | 'pushContent'
    | 'presence'
    | 'openFederation'
  >;
}
