import type { ServerName } from '@stafette/protocol';
import type { MailSettings } from '../features/mail/index.ts';
import type { LogLevel } from '../platform/log.ts';

/** A place to listen at. Port 0 lets the system choose. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ListenerConfig extends Address {
  /** Paths of PEM files; plain HTTP when absent. */
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
}

/**
 * What differs between an agency's server and one that a public test suite drives. Not part of the configuration file:
 * an agency cannot switch its protections off by a line of YAML.
 */
export interface Features {
  /** Anybody may make an account by `m.login.dummy`. */
  readonly openRegistration: boolean;
  readonly sharedSecretRegistration: boolean;
  readonly guests: boolean;
  readonly cheapPasswordHashes: boolean;
  readonly rateLimits: boolean;
  /** Rooms that are not public are encrypted from their creation, and messages in plain text are refused there. */
  readonly forcedEncryption: boolean;
  readonly presence: boolean;
  /** Push gateways are told what an event says, when their client asks for it; otherwise ids and counts alone. */
  readonly pushContent: boolean;
  /** `?access_token=` in addresses, which end up in logs of proxies. */
  readonly queryStringTokens: boolean;
  /** Outbound requests may go to loopback and private addresses. */
  readonly privateAddresses: boolean;
  /** Every server may ask and be asked; otherwise those on the federation list. */
  readonly openFederation: boolean;
  /** Everybody may put a room into the public list. */
  readonly roomListPublishing: boolean;
  /** People find those they share a room with and those in open rooms; otherwise everybody of the agency. */
  readonly directoryOfAcquaintances: boolean;
  /** Pictures of people may be at any address; otherwise at `mxc:` URIs alone. */
  readonly webAvatars: boolean;
}

/** Events that clients have the server send later. */
export interface DelayedEventsConfig {
  readonly maxDelayMs: number;
  /** How many one person may have waiting; 0 turns them off. */
  readonly maxPerUser: number;
}

/** How long messages are kept, in milliseconds. */
export interface RetentionConfig {
  /** In rooms that say nothing; undefined: for ever. */
  readonly defaultMs: number | undefined;
  /** What rooms say counts within these bounds. */
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
}

/** Relays for calls between people whose networks allow no direct way. */
export interface TurnConfig {
  readonly uris: readonly string[];
  /** Shared with the relays, which check what is derived from it. */
  readonly sharedSecret: string;
  /** How long one set of credentials works, in seconds. */
  readonly ttlSeconds: number;
}

export interface CallsConfig {
  /** The service that lets people into LiveKit rooms; undefined without calls of several people. */
  readonly livekitServiceUrl: string | undefined;
  readonly turn: TurnConfig | undefined;
}

/** How the server itself appears to people to whom it has something to say. */
export interface ServerNoticesConfig {
  /** Of the server's own account, to which nobody logs in. */
  readonly localpart: string;
  readonly name: string;
}

/** What administrators may do beyond running the server. */
export interface AdministrationConfig {
  /** Read state and messages of rooms that they are not in. Each reading is noted in the audit log. */
  readonly mayReadRooms: boolean;
  /** Act as other people, without their password. Each time is noted in the audit log. */
  readonly mayActAsPeople: boolean;
}

/** What only the conformance mode knows, straight from its environment. */
export interface ConformanceConfig {
  readonly registrationSecret: string | undefined;
  /** PEM file of authorities that are trusted for outbound TLS. */
  readonly authorityFile: string | undefined;
}

/** Everything that the process is told from outside, read once at start. */
export interface Config {
  readonly mode: 'agency' | 'conformance';
  /** Undefined: chosen on the set-up page, and kept in the database. */
  readonly serverName: string | undefined;
  readonly listeners: readonly ListenerConfig[];
  /** Health and metrics. `isRequired` is false for the default, which gives way when its port is taken. */
  readonly operations: (Address & { readonly isRequired: boolean }) | undefined;
  /** Where browsers and clients reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** Addresses and networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Absolute. */
  readonly dataDirectory: string;
  /** Absolute path of the built web client, or undefined to serve none. */
  readonly webDirectory: string | undefined;
  readonly database: { readonly url: string | undefined; readonly settings: Readonly<Record<string, string>> };
  readonly log: { readonly level: LogLevel; readonly file: string | undefined };
  readonly maxUploadBytes: number;
  readonly maxMediaBytesPerUser: number;
  /** Sites of which pages are previewed; undefined without previews. */
  readonly urlPreviews: { readonly allow: readonly string[]; readonly deny: readonly string[] } | undefined;
  /** Absolute; the folder of application services' registrations. */
  readonly appservicesDirectory: string | undefined;
  readonly defaultRoomVersion: string;
  /** Addresses to which older applications may be sent after a log-in in the browser. */
  readonly ssoRedirects: readonly string[];
  readonly delayedEvents: DelayedEventsConfig;
  readonly retention: RetentionConfig;
  /** Messages in threads notify those who follow the thread, and of the others whom they mention. */
  readonly quietThreads: boolean;
  readonly calls: CallsConfig;
  /** Where mail goes out; undefined: the server sends none. */
  readonly mail: MailSettings | undefined;
  readonly serverNotices: ServerNoticesConfig;
  /** Ed25519 key, unpadded Base64, of the policy server that is found under this server's name. */
  readonly policyServerKey: string | undefined;
  readonly administration: AdministrationConfig;
  /** Servers that this one speaks with, where federation is not open. */
  readonly federationList: readonly ServerName[];
  /** Other servers are told what people call their devices. */
  readonly deviceNamesOverFederation: boolean;
  readonly features: Features;
  readonly conformance: ConformanceConfig | undefined;
}

/** The protections of an agency's server: all on. */
export const agencyFeatures: Features = {
  openRegistration: false,
  sharedSecretRegistration: false,
  guests: false,
  cheapPasswordHashes: false,
  rateLimits: true,
  forcedEncryption: true,
  presence: false,
  pushContent: false,
  queryStringTokens: false,
  privateAddresses: false,
  openFederation: false,
  roomListPublishing: false,
  directoryOfAcquaintances: false,
  webAvatars: false,
};
