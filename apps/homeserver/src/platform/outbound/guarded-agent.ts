import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { OutboundError } from './outbound-error.ts';
import { isPublicAddress } from './public-address.ts';

const refusal = (): OutboundError => new OutboundError('refused', 'The address is not on the public internet');

/** Resolves a name, and refuses it when any of its addresses is not public: what was checked is what is connected to. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
    const [first] = found ?? [];
    if (error !== null || first === undefined) callback(error ?? new Error('no address'), []);
    else if (!found.every(({ address }) => isPublicAddress(address))) callback(refusal(), []);
    else if (options.all === true) callback(null, [...found]);
    else callback(null, first.address, first.family);
  });
};

/** An IPv6 host stands in brackets in a URL. */
const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

export interface AgentOptions {
  readonly allowsPrivateAddresses: boolean;
  /** PEM of authorities that are trusted besides the usual ones. */
  readonly authorities: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** A pool of connections that go to public addresses only, unless it was told otherwise. */
export function createGuardedAgent({ allowsPrivateAddresses, authorities }: AgentOptions): Agent {
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    ...(allowsPrivateAddresses ? {} : { lookup: publicLookup }),
    ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities] }),
  });
  return new Agent({
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect(options, callback) {
      const host = bareHost(options.hostname);
      // Names go through the look-up above; an address does not.
      if (!allowsPrivateAddresses && isIP(host) !== 0 && !isPublicAddress(host)) callback(refusal(), null);
      else connect(options, callback);
    },
  });
}
