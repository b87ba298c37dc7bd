import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier, PlainText } from '../schemas.ts';

/** What somebody says about what they are doing: a line, and no letter. */
const StatusMessage = PlainText(512);
const State = Type.Union([Type.Literal('online'), Type.Literal('unavailable'), Type.Literal('offline')]);

const status = {
  path: '/_matrix/client/v3/presence/:userId/status',
  aliases: ['/_matrix/client/r0/presence/:userId/status'],
  auth: 'accessToken',
  guests: true,
  params: Type.Object({ userId: Identifier }),
} as const;

/** Whether somebody is there, for people who share a room with them. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3presenceuseridstatus */
export const getPresence = defineEndpoint({
  ...status,
  method: 'GET',
  rateLimit: 'read',
  response: Type.Object({
    presence: State,
    last_active_ago: Type.Optional(Type.Integer()),
    status_msg: Type.Optional(Type.String()),
    currently_active: Type.Optional(Type.Boolean()),
  }),
  errors: ['M_FORBIDDEN', 'M_INVALID_PARAM'],
});

/**
 * Says how one appears. A message stays until another one takes its place; an empty one takes it away.
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3presenceuseridstatus
 */
export const setPresence = defineEndpoint({
  ...status,
  method: 'PUT',
  rateLimit: 'message',
  body: Type.Object({ presence: State, status_msg: Type.Optional(Type.Union([StatusMessage, Type.Null()])) }),
  response: Empty,
  errors: ['M_FORBIDDEN'],
});
