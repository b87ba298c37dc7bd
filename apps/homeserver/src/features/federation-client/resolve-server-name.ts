import { isIpLiteral, splitServerName, type ServerName } from '@stafette/protocol';
import type { FindSrvTargets } from '../../platform/outbound/index.ts';
import type { WellKnownServers } from './well-known.ts';

const DEFAULT_PORT = 8448;
const MAX_PORT = 65_535;
/** The name of today and the one before it was registered. */
const SERVICES = ['_matrix-fed._tcp', '_matrix._tcp'] as const;

/** A place where a server may be reached. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Goes into the `Host` header; the certificate must be for its name. */
  readonly hostHeader: string;
  /** Somebody else than the server's name led there. */
  readonly isDelegated: boolean;
}

interface Dependencies {
  readonly wellKnown: WellKnownServers;
  readonly findSrvTargets: FindSrvTargets;
}

/**
 * Where a server is reached, the first place first; empty when nowhere.
 *
 * 1. An IP literal is itself the place.
 * 2. So is a name with a port.
 * 3. Otherwise the host is asked by `.well-known` whom it delegates to, and steps 1 and 2 are gone through for that name.
 * 4. An SRV record of the name that is left, the delegate's or the server's own, says host and port.
 * 5. So does one under the service's old name.
 * 6. Otherwise the name is the place, at port 8448.
 *
 * https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names
 */
export async function resolveServerName(
  serverName: ServerName,
  isVouched: boolean,
  { wellKnown, findSrvTargets }: Dependencies,
): Promise<readonly Destination[]> {
  const direct = directPlace(serverName, false);
  if (direct !== undefined) return reachable([direct]);
  const delegate = await wellKnown.find(serverName, isVouched);
  const delegatedPlace = delegate === undefined ? undefined : directPlace(delegate, true);
  if (delegatedPlace !== undefined) return reachable([delegatedPlace]);
  const hostname = delegate ?? serverName;
  for (const service of SERVICES) {
    const targets = await findSrvTargets(`${service}.${hostname}`);
    if (targets.length > 0)
      return reachable(targets.map((target) => ({ ...target, hostHeader: hostname, isDelegated: true })));
  }
  return [{ host: hostname, port: DEFAULT_PORT, hostHeader: hostname, isDelegated: delegate !== undefined }];
}

/** Steps 1 and 2. */
function directPlace(name: ServerName, isDelegated: boolean): Destination | undefined {
  const { host, port } = splitServerName(name);
  return isIpLiteral(host) || port !== undefined
    ? { host, port: port ?? DEFAULT_PORT, hostHeader: name, isDelegated }
    : undefined;
}

/** The grammar of names knows ports that do not exist, and SRV records can say "not here". */
const reachable = (places: readonly Destination[]): readonly Destination[] =>
  places.filter(({ host, port }) => host !== '' && host !== '.' && port > 0 && port <= MAX_PORT);
