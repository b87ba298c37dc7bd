import type { Address } from './config.ts';

/** Reads `host:port`, `[::1]:port` or a port alone (then on localhost). */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^\s:[\]/]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) return undefined;
  return { host: match[1]?.replace(/^\[|\]$/g, '') ?? 'localhost', port };
}

/** Listening everywhere is no address to go to; a browser on the same machine finds it here. */
export const reachableAddress = ({ host, port }: Address): Address => ({
  host: host === '0.0.0.0' || host === '::' ? 'localhost' : host,
  port,
});

/** The inverse of {@link parseAddress}. */
export const formatAddress = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
