import { invalidParam } from '@stafette/contracts';
import { encodePaginationToken, parsePaginationToken } from '../../streams/tokens.ts';

/** The token for the place just after a position. */
export const encodePlace = encodePaginationToken;

/** A place in the history; M_INVALID_PARAM for anything that is not a token of this server. */
export function readPlace(name: string, token: string): number {
  const place = parsePaginationToken(token);
  if (place === undefined) throw invalidParam(`${name} is not a token of this server`);
  return place;
}
