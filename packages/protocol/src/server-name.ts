const dnsName = /^[0-9A-Za-z.-]{1,255}$/;
const dottedQuad = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const port = /^[0-9]{1,5}$/;
const hexGroup = /^[0-9A-Fa-f]{1,4}$/;

/**
 * Whether this is a host name, an IPv4 address or a bracketed IPv6 address, with an optional port.
 * https://spec.matrix.org/v1.19/appendices/#server-name
 */
export function isServerName(text: string): boolean {
  const { host } = splitServerName(text);
  const rest = text.slice(host.length);
  if (rest !== '' && !(rest.startsWith(':') && port.test(rest.slice(1)))) return false;
  return host.startsWith('[') ? host.endsWith(']') && isIpv6Address(host.slice(1, -1)) : isHostName(host);
}

/** The host, with the brackets of an IPv6 address, and the port if there is one. The text is a server name. */
export function splitServerName(name: string): { readonly host: string; readonly port: number | undefined } {
  const endOfHost = name.startsWith('[') ? name.indexOf(']') + 1 : name.indexOf(':');
  const host = endOfHost > 0 ? name.slice(0, endOfHost) : name;
  return { host, port: host === name ? undefined : Number(name.slice(host.length + 1)) };
}

/** Whether the host of a server name is an address and no name. */
export const isIpLiteral = (host: string): boolean => host.startsWith('[') || dottedQuad.test(host);

function isHostName(host: string): boolean {
  return dottedQuad.test(host) ? isIpv4Address(host) : dnsName.test(host);
}

function isIpv4Address(text: string): boolean {
  return dottedQuad.test(text) && text.split('.').every((part) => part.length <= 3 && Number(part) <= 255);
}

/** RFC 3513, section 2.2: eight groups, of which one run may be `::`, and the last two may be an IPv4 address. */
function isIpv6Address(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1);
  const endsInIpv4 = last !== undefined && !text.endsWith('::') && last.includes('.');
  const hexGroups = endsInIpv4 ? all.slice(0, -1) : all;
  if (endsInIpv4 && !isIpv4Address(last)) return false;
  if (!hexGroups.every((group) => hexGroup.test(group))) return false;
  const count = hexGroups.length + (endsInIpv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
