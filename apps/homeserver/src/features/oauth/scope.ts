import { OAuthError } from '@stafette/contracts';
import { parseDeviceId, type DeviceId } from '@stafette/protocol';

export interface GrantedScope {
  readonly deviceId: DeviceId;
  /** In the client's spelling, without what is not known here. */
  readonly text: string;
}

/** The second of each is the spelling from before the specification, which clients still use. */
const API_TOKENS: ReadonlySet<string> = new Set([
  'urn:matrix:client:api:*',
  'urn:matrix:org.matrix.msc2967.client:api:*',
]);
const DEVICE_PREFIXES = ['urn:matrix:client:device:', 'urn:matrix:org.matrix.msc2967.client:device:'] as const;

/** RFC 3986's unreserved characters, which the specification asks clients to keep to. */
const DEVICE_ID = /^[\w.~-]{1,255}$/;

function deviceIdIn(token: string): string | undefined {
  const prefix = DEVICE_PREFIXES.find((candidate) => token.startsWith(candidate));
  return prefix === undefined ? undefined : token.slice(prefix.length);
}

/**
 * Reads a requested scope: full access for exactly one device; throws invalid_scope otherwise.
 * https://spec.matrix.org/v1.19/client-server-api/#allocated-scope-tokens
 */
export function readScope(scope: string | undefined): GrantedScope {
  const tokens = [...new Set((scope ?? '').split(' '))];
  const known = tokens.filter((token) => API_TOKENS.has(token) || deviceIdIn(token) !== undefined);
  const deviceIds = new Set(tokens.map(deviceIdIn).filter((deviceId) => deviceId !== undefined));
  const [wanted] = deviceIds;
  const deviceId = wanted !== undefined && DEVICE_ID.test(wanted) ? parseDeviceId(wanted) : undefined;
  if (deviceIds.size !== 1 || deviceId === undefined || !known.some((token) => API_TOKENS.has(token)))
    throw new OAuthError('invalid_scope', 'The scope needs urn:matrix:client:api:* and one urn:matrix:client:device:');
  return { deviceId, text: known.join(' ') };
}
