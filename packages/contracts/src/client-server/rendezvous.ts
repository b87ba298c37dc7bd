import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty } from '../schemas.ts';

const PATH = '/_matrix/client/unstable/org.matrix.msc4108/rendezvous';
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const ofSession = {
  path: `${PATH}/:id`,
  auth: 'none',
  params: Id,
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

const CHANNEL_PATH = '/_matrix/client/unstable/io.element.msc4388/rendezvous';
const ofChannel = { path: `${CHANNEL_PATH}/:id`, auth: 'none', rateLimit: 'read', params: Id } as const;
/** What was last written, by whom is not known. It changes with each write. */
const SequenceToken = Type.String({ minLength: 1, maxLength: 64 });
const Data = Type.String();
const maxBodyBytes = 32 * 1024;
const Milliseconds = Type.Integer({ minimum: 0 });

/** Whether the requester may open channels. https://github.com/matrix-org/matrix-spec-proposals/pull/4388 */
export const discoverRendezvous = defineEndpoint({
  method: 'GET',
  path: CHANNEL_PATH,
  auth: 'none',
  rateLimit: 'read',
  response: Type.Object({ create_available: Type.Boolean() }),
  errors: [],
});

/** Opens a channel between two devices of one person. https://github.com/matrix-org/matrix-spec-proposals/pull/4388 */
export const createRendezvousChannel = defineEndpoint({
  method: 'POST',
  path: CHANNEL_PATH,
  auth: 'none',
  rateLimit: 'login',
  maxBodyBytes,
  body: Type.Object({ data: Data }),
  response: Type.Object({ id: Type.String(), sequence_token: SequenceToken, expires_in_ms: Milliseconds }),
  errors: ['M_TOO_LARGE', 'M_LIMIT_EXCEEDED'],
});

/** Reads what was last written. https://github.com/matrix-org/matrix-spec-proposals/pull/4388 */
export const getRendezvousChannel = defineEndpoint({
  ...ofChannel,
  method: 'GET',
  response: Type.Object({ data: Type.String(), sequence_token: SequenceToken, expires_in_ms: Milliseconds }),
  errors: ['M_NOT_FOUND'],
});

/** Replaces what one has read. https://github.com/matrix-org/matrix-spec-proposals/pull/4388 */
export const updateRendezvousChannel = defineEndpoint({
  ...ofChannel,
  method: 'PUT',
  maxBodyBytes,
  body: Type.Object({ sequence_token: SequenceToken, data: Data }),
  response: Type.Object({ sequence_token: SequenceToken }),
  errors: ['M_NOT_FOUND', 'M_TOO_LARGE', 'IO_ELEMENT_MSC4388_CONCURRENT_WRITE'],
});

/** Closes a channel. https://github.com/matrix-org/matrix-spec-proposals/pull/4388 */
export const deleteRendezvousChannel = defineEndpoint({
  ...ofChannel,
  method: 'DELETE',
  response: Empty,
  errors: ['M_NOT_FOUND'],
});
