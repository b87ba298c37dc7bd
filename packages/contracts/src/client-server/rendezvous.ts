import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

const PATH = '/_matrix/client/unstable/org.matrix.msc4108/rendezvous';
const ofSession = {
  path: `${PATH}/:id`,
  auth: 'none',
  params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
  response: Type.Unknown(),
} as const;

/** Opens a place where two devices leave notes for each other. https://github.com/matrix-org/matrix-spec-proposals/pull/4108 */
export const createRendezvousSession = defineEndpoint({
  method: 'POST',
  path: PATH,
  auth: 'none',
  rateLimit: 'login',
  rawBody: true,
  response: Type.Unknown(),
  errors: ['M_TOO_LARGE', 'M_INVALID_PARAM', 'M_LIMIT_EXCEEDED', 'M_UNRECOGNIZED'],
});

/** Reads the note. https://github.com/matrix-org/matrix-spec-proposals/pull/4108 */
export const getRendezvousSession = defineEndpoint({
  ...ofSession,
  method: 'GET',
  rateLimit: 'read',
  errors: ['M_NOT_FOUND'],
});

/** Replaces the note that one has read. https://github.com/matrix-org/matrix-spec-proposals/pull/4108 */
export const updateRendezvousSession = defineEndpoint({
  ...ofSession,
  method: 'PUT',
  rateLimit: 'read',
  rawBody: true,
  errors: ['M_NOT_FOUND', 'M_CONCURRENT_WRITE', 'M_TOO_LARGE', 'M_INVALID_PARAM', 'M_MISSING_PARAM'],
});

/** Takes the place away. https://github.com/matrix-org/matrix-spec-proposals/pull/4108 */
export const deleteRendezvousSession = defineEndpoint({
  ...ofSession,
  method: 'DELETE',
  rateLimit: 'read',
  errors: ['M_NOT_FOUND'],
});
