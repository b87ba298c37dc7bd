import { isServerName } from './server-name.ts';
import { fitsUtf8Bytes } from './utf8.ts';

/**
 * Matrix identifiers as branded strings: a value of these types has passed its grammar and byte limit.
 * https://spec.matrix.org/v1.19/appendices/#identifier-grammar
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type RoomId = Branded<'RoomId'>;
export type EventId = Branded<'EventId'>;
export type RoomAlias = Branded<'RoomAlias'>;
export type ServerName = Branded<'ServerName'>;
export type DeviceId = Branded<'DeviceId'>;

/** The longest identifier, in bytes of UTF-8. */
export const MAX_IDENTIFIER_BYTES = 255;

const strictLocalpart = /^[a-z0-9._=/+-]+$/;
const roomIdWithoutDomain = /^![A-Za-z0-9_-]{43}$/;
// No server has ever made an event or device id with a space or control character, and they are compared, never shown.
const opaque = /^[!-~\u0080-\u{10ffff}]+$/u;

/** `sigil localpart ":" server_name`, where the first colon ends the localpart and NUL is in neither. */
function hasDomainForm(text: string, sigil: string): boolean {
  const colon = text.indexOf(':');
  return (
    text.startsWith(sigil) &&
    colon > 0 &&
    !text.includes('\u0000') &&
    text.isWellFormed() &&
    fitsUtf8Bytes(text, MAX_IDENTIFIER_BYTES) &&
    isServerName(text.slice(colon + 1))
  );
}

// The assertions below are the only places where identifiers get their brand: each follows its check.

/**
 * A user id. The historical grammar is accepted (any localpart, the empty one too), because rooms of today still hold
 * such users; for a new account ask {@link isStrictLocalpart} as well.
 */
export function parseUserId(text: string): UserId | undefined {
  return hasDomainForm(text, '@') ? (text as UserId) : undefined;
}

/** A room id: with a domain up to room version 11, from version 12 on the hash of the create event. */
export function parseRoomId(text: string): RoomId | undefined {
  if (roomIdWithoutDomain.test(text)) return text as RoomId;
  return hasDomainForm(text, '!') && text.indexOf(':') > 1 ? (text as RoomId) : undefined;
}

/** An event id. Its form depends on the room version, so any opaque text after the sigil passes here. */
export function parseEventId(text: string): EventId | undefined {
  return text.startsWith('$') && text.length > 1 && isOpaque(text) ? (text as EventId) : undefined;
}

/** A room alias with any localpart that is not empty. */
export function parseRoomAlias(text: string): RoomAlias | undefined {
  return hasDomainForm(text, '#') && text.indexOf(':') > 1 ? (text as RoomAlias) : undefined;
}

/** A server name: case-sensitive, with its port if it has one. */
export function parseServerName(text: string): ServerName | undefined {
  return text.length <= MAX_IDENTIFIER_BYTES && isServerName(text) ? (text as ServerName) : undefined;
}

/** A device id: opaque to the protocol. */
export function parseDeviceId(text: string): DeviceId | undefined {
  return isOpaque(text) ? (text as DeviceId) : undefined;
}

function isOpaque(text: string): boolean {
  return opaque.test(text) && text.isWellFormed() && fitsUtf8Bytes(text, MAX_IDENTIFIER_BYTES);
}

/** A text that should have been an identifier and is not: the caller's mistake, or damaged data. */
export class InvalidIdentifierError extends Error {
  override readonly name = 'InvalidIdentifierError';
  readonly kind: string;

  constructor(kind: string) {
    super(`Not a ${kind}`);
    this.kind = kind;
  }
}

function getOrThrow<Id>(id: Id | undefined, kind: string): Id {
  if (id === undefined) throw new InvalidIdentifierError(kind);
  return id;
}

/** Like {@link parseUserId}; throws {@link InvalidIdentifierError}. */
export function getUserId(text: string): UserId {
  return getOrThrow(parseUserId(text), 'user id');
}

/** Like {@link parseRoomId}; throws {@link InvalidIdentifierError}. */
export function getRoomId(text: string): RoomId {
  return getOrThrow(parseRoomId(text), 'room id');
}

/** Like {@link parseEventId}; throws {@link InvalidIdentifierError}. */
export function getEventId(text: string): EventId {
  return getOrThrow(parseEventId(text), 'event id');
}

/** Like {@link parseRoomAlias}; throws {@link InvalidIdentifierError}. */
export function getRoomAlias(text: string): RoomAlias {
  return getOrThrow(parseRoomAlias(text), 'room alias');
}

/** Like {@link parseServerName}; throws {@link InvalidIdentifierError}. */
export function getServerName(text: string): ServerName {
  return getOrThrow(parseServerName(text), 'server name');
}

/** Like {@link parseDeviceId}; throws {@link InvalidIdentifierError}. */
export function getDeviceId(text: string): DeviceId {
  return getOrThrow(parseDeviceId(text), 'device id');
}

/** Whether a new account may have this localpart; the historical grammar is wider. */
export function isStrictLocalpart(localpart: string): boolean {
  return strictLocalpart.test(localpart);
}

/** The server that an identifier belongs to; rooms of version 12 and events from version 3 on belong to none. */
export function serverNameOf(id: UserId | RoomAlias): ServerName;
export function serverNameOf(id: RoomId | EventId): ServerName | undefined;
export function serverNameOf(id: string): ServerName | undefined {
  const colon = id.indexOf(':');
  // What follows the first colon was checked when the identifier was parsed; only event ids are opaque.
  const name = id.slice(colon + 1) as ServerName;
  if (colon === -1) return undefined;
  return id.startsWith('$') ? parseServerName(name) : name;
}

/** What stands between the sigil and the colon. */
export function localpartOf(id: UserId | RoomAlias): string {
  return id.slice(1, id.indexOf(':'));
}
