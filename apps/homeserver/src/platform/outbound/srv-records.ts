import { NODATA, NOTFOUND } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { OutboundError } from './outbound-error.ts';

export interface SrvTarget {
  readonly host: string;
  readonly port: number;
}

/** Where a service is, in the order in which to try; nothing when no record says so. Throws {@link OutboundError}. */
export type FindSrvTargets = (name: string) => Promise<readonly SrvTarget[]>;

const TIMEOUT_MS = 2_000;
const TRIES = 2;

const isAbsence = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === NOTFOUND || error.code === NODATA);

/** Asks the DNS. Of targets of one priority the heaviest comes first. https://www.rfc-editor.org/rfc/rfc2782 */
export const findSrvTargets: FindSrvTargets = async (name) => {
  try {
    const records = await new Resolver({ timeout: TIMEOUT_MS, tries: TRIES }).resolveSrv(name);
    return records
      .toSorted((one, other) => one.priority - other.priority || other.weight - one.weight)
      .map(({ name: host, port }) => ({ host, port }));
  } catch (error) {
    if (isAbsence(error)) return [];
    throw new OutboundError('failed', 'The name could not be looked up', { cause: error });
  }
};
