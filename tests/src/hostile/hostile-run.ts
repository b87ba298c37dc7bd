import type { EndpointDefinition } from '@stafette/contracts';
import { SeededRandom } from '@stafette/testkit';
import { makeHostileRequest, type Credentials, type HostileRequest } from './hostile-request.ts';
import { sendRequest } from './send-request.ts';
import { makeWorld, type World } from './world.ts';

export interface HostileResult {
  readonly answersByStatus: ReadonlyMap<number, number>;
  /** What provoked answers of 500 and above: the first of each operation. */
  readonly faults: readonly string[];
  /** Operations that let at least one request through: the depth of the run. */
  readonly reached: ReadonlySet<string>;
}

const CONCURRENCY = 8;
const REQUESTS_PER_WORLD = 400;

const printable = (bytes: Buffer | undefined): string =>
  bytes === undefined
    ? 'none'
    : bytes
        .subarray(0, 300)
        .toString('latin1')
        .replaceAll(/[^\x20-\x7e]/g, '.');

const describeFault = ({ operationId, method, path, headers, body }: HostileRequest, status: number): string =>
  `${operationId}: ${method} ${path.slice(0, 300)} -> ${status}; ${headers['content-type'] ?? ''}; ${printable(body)}`;

const hasLostSession = (text: string): boolean => /M_UNKNOWN_TOKEN|M_USER_DEACTIVATED|M_USER_LOCKED/.test(text);

/** Sends `count` hostile requests over all endpoints, each endpoint as often as any other. */
export async function runHostileRequests(
  baseUrl: string,
  endpoints: Readonly<Record<string, EndpointDefinition>>,
  { count, seed, sign }: { readonly count: number; readonly seed: string; readonly sign: Credentials['sign'] },
): Promise<HostileResult> {
  const random = new SeededRandom(seed);
  const operations = Object.entries(endpoints);
  const answersByStatus = new Map<number, number>();
  const faults = new Map<string, string>();
  const reached = new Set<string>();
  let worldCount = 0;
  let sentCount = 0;

  const newWorld = async (): Promise<World> => {
    worldCount += 1;
    return makeWorld(baseUrl, `hostile${worldCount}`);
  };
  const work = async (): Promise<void> => {
    let world = await newWorld();
    for (let inWorld = 0; sentCount < count; inWorld += 1) {
      if (inWorld >= REQUESTS_PER_WORLD) [world, inWorld] = [await newWorld(), 0];
      const [operationId, endpoint] = operations[sentCount % operations.length] ?? random.pick(operations);
      sentCount += 1;
      const options = { random, known: world.known, optionalPercent: random.pick([10, 50, 90]) };
      const request = makeHostileRequest(operationId, endpoint, { accessToken: world.accessToken, sign }, options);
      const { status, text } = await sendRequest(baseUrl, request);
      if (status === undefined) continue;
      answersByStatus.set(status, (answersByStatus.get(status) ?? 0) + 1);
      if (status >= 500 && !faults.has(operationId)) faults.set(operationId, describeFault(request, status));
      if (status < 300) reached.add(operationId);
      if (status === 401 && hasLostSession(text)) world = await newWorld();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { answersByStatus, faults: [...faults.values()], reached };
}
