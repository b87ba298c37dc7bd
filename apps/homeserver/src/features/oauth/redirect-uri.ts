/**
 * Where a client may have codes sent: rules about addresses, checked when it registers and when it asks.
 * https://spec.matrix.org/v1.19/client-server-api/#redirect-uri-validation
 */

/** RFC 3986's characters without the fragment's: no space, quote or backslash, and nothing beyond ASCII. */
const CHARACTERS = /^[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** At least two labels, the last not a number: neither `localhost` nor a bare address has an owner to compare with. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;

/** The address, when every parser reads it alike: as it is written is how it is meant. */
function parseExact(text: string): URL | undefined {
  const url = CHARACTERS.test(text) ? URL.parse(text) : null;
  return url !== null && (url.href === text || url.href === `${text}/`) ? url : undefined;
}

const isPlainHttps = ({ protocol, username, password, hostname }: URL): boolean =>
  protocol === 'https:' && username === '' && password === '' && DOMAIN.test(hostname);

/** The client's own address, or undefined for one that cannot be the base of others. */
export function parseClientUri(text: string): URL | undefined {
  const url = parseExact(text);
  return url !== undefined && isPlainHttps(url) ? url : undefined;
}

/** An https address on the client's host or below. */
export function isOnClientHost(text: string, clientUri: URL): boolean {
  const url = parseExact(text);
  return (
    url !== undefined &&
    isPlainHttps(url) &&
    (url.hostname === clientUri.hostname || url.hostname.endsWith(`.${clientUri.hostname}`))
  );
}

/** `com.example.app:/callback` for a client of example.com. Without an authority, which nobody could own. */
function isPrivateUse(url: URL, clientUri: URL): boolean {
  const reversed = clientUri.hostname.split('.').toReversed().join('.');
  const scheme = url.protocol.slice(0, -1);
  const isOfClient = scheme === reversed || scheme.startsWith(`${reversed}.`);
  return isOfClient && url.host === '' && !url.href.slice(url.protocol.length).startsWith('//');
}

const isLoopback = (url: URL): boolean =>
  url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname) && url.username === '' && url.password === '';

/**
 * A native application's address on its own device may name a port, which the specification has it leave out: FluffyChat
 * registers the one that it listens on, and has no other way to log in. Nobody gains by it, as the port is not compared.
 */
export function isAllowedRedirectUri(text: string, clientUri: URL, applicationType: 'web' | 'native'): boolean {
  if (isOnClientHost(text, clientUri)) return true;
  const url = parseExact(text);
  if (url === undefined || applicationType === 'web') return false;
  return isPrivateUse(url, clientUri) || isLoopback(url);
}

/** The address without its port, if it is on the loopback interface. */
function portless(text: string): string | undefined {
  const url = parseExact(text);
  if (url === undefined || !isLoopback(url)) return undefined;
  url.port = '';
  return url.href;
}

/** Exactly as registered; only an address on the loopback interface may have any port, as the system chooses it. */
export function isRegisteredRedirectUri(requested: string, registered: readonly string[]): boolean {
  if (registered.includes(requested)) return true;
  const wanted = portless(requested);
  return wanted !== undefined && registered.some((known) => portless(known) === wanted);
}
