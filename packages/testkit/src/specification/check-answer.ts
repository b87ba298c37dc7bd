import { appendFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { findEventFault } from './check-events.ts';
import { ajv, specification } from './loaded-specification.ts';
import type { SpecifiedOperation } from './operations.ts';

/** Names a file to which every operation is added whose successful answer was found to be right. */
export const CHECKED_OPERATIONS_VARIABLE = 'STAFETTE_CHECKED_OPERATIONS';

interface Known {
  readonly operation: SpecifiedOperation;
  readonly segments: readonly string[];
  check: ValidateFunction | undefined;
  isNoted: boolean;
}

const segmentsOf = (path: string): readonly string[] => path.split('?')[0]?.split('/') ?? [];
const isParameter = (segment: string): boolean => segment.startsWith('{');

/** By method and number of segments, exact ones first: `/pushrules/global/` stands before `/pushrules/{scope}/`. */
function readKnown(): Map<string, Known[]> {
  const known = specification().operations.map((operation): Known => ({
    operation,
    segments: segmentsOf(operation.path),
    check: undefined,
    isNoted: false,
  }));
  known.sort((one, other) => one.segments.filter(isParameter).length - other.segments.filter(isParameter).length);
  return Map.groupBy(known, ({ operation, segments }) => `${operation.method} ${segments.length}`);
}

let knownByShape: Map<string, Known[]> | undefined;

function find(method: string, path: string): Known | undefined {
  knownByShape ??= readKnown();
  const segments = segmentsOf(path);
  return knownByShape
    .get(`${method} ${segments.length}`)
    ?.find(({ segments: own }) => own.every((segment, index) => isParameter(segment) || segment === segments[index]));
}

function note(known: Known): void {
  const file = process.env[CHECKED_OPERATIONS_VARIABLE];
  if (known.isNoted || file === undefined) return;
  known.isNoted = true;
  appendFileSync(file, `${known.operation.method} ${known.operation.path}\n`);
}

const isErrorBody = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'errcode' in body &&
  typeof body.errcode === 'string' &&
  'error' in body &&
  typeof body.error === 'string';

const isEmptyObject = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).length === 0;

const has = (body: unknown, name: string): boolean => typeof body === 'object' && body !== null && name in body;

/**
 * Without a TURN server clients expect an empty answer, an event that is sent later has no id yet, and members without a
 * name or picture are expected to have null there: the schemas know none of it.
 */
function isDeviation({ operationId }: SpecifiedOperation, body: unknown): boolean {
  switch (operationId) {
    case 'getTurnServer':
      return isEmptyObject(body);
    case 'sendMessage':
    case 'setRoomStateWithKey':
      return has(body, 'delay_id');
    case 'getJoinedMembersByRoom':
      return has(body, 'joined');
    default:
      return false;
  }
}

/**
 * What is wrong with an answer to a client or a server according to the specification; undefined when nothing is, or
 * when the specification is not here or says nothing about the request.
 */
export function findFault(method: string, path: string, status: number, body: unknown): string | undefined {
  const known = find(method, path);
  if (known === undefined) return undefined;
  const { operation } = known;
  // User-interactive authentication answers 401 without an error.
  if (status >= 400) return status === 401 || isErrorBody(body) ? undefined : 'an error without errcode or error';
  if (status !== 200) return undefined;
  if (operation.answer !== undefined && !isDeviation(operation, body)) {
    // A schema is an object or a boolean.
    known.check ??= ajv.compile(operation.answer as object);
    if (!known.check(body))
      return `${operation.operationId}: ${ajv.errorsText(known.check.errors, { dataVar: 'answer' })}`;
  }
  const eventFault = findEventFault(body);
  if (eventFault === undefined) note(known);
  return eventFault;
}
