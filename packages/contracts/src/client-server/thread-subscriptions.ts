import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Empty, Identifier } from '../schemas.ts';

const SUBSCRIPTION = '/_matrix/client/unstable/io.element.msc4306/rooms/:roomId/thread/:threadRoot/subscription';
const params = Type.Object({ roomId: Identifier, threadRoot: Identifier });

/** Whether the user follows a thread. https://github.com/matrix-org/matrix-spec-proposals/pull/4306 */
export const getThreadSubscription = defineEndpoint({
  method: 'GET',
  path: SUBSCRIPTION,
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  params,
  response: Type.Object({ automatic: Type.Boolean() }),
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

/**
 * Follows a thread; with `automatic`, the event that made a client do so, unless the user has ended the subscription since.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4306
 */
export const subscribeThread = defineEndpoint({
  method: 'PUT',
  path: SUBSCRIPTION,
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  params,
  body: Type.Object({ automatic: Type.Optional(Identifier) }),
  bodyOptional: true,
  response: Empty,
  errors: [
    'M_NOT_FOUND',
    'M_INVALID_PARAM',
    'M_TOO_LARGE',
    'IO.ELEMENT.MSC4306.M_NOT_IN_THREAD',
    'IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION',
  ],
});

/** Follows a thread no more. https://github.com/matrix-org/matrix-spec-proposals/pull/4306 */
export const unsubscribeThread = defineEndpoint({
  method: 'DELETE',
  path: SUBSCRIPTION,
  auth: 'accessToken',
  rateLimit: 'message',
  guests: true,
  params,
  response: Empty,
  errors: ['M_NOT_FOUND', 'M_INVALID_PARAM'],
});

const BumpStamp = Type.Integer();
const byThread = <Schema extends Parameters<typeof Type.Record>[1]>(change: Schema) =>
  Type.Record(Type.String(), Type.Record(Type.String(), change));

/**
 * Changes of the user's subscriptions, newest first, that sliding sync left out.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4308
 */
export const getThreadSubscriptionChanges = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/unstable/io.element.msc4308/thread_subscriptions',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  query: Type.Object({
    dir: Type.Literal('b'),
    from: Type.Optional(Type.String({ maxLength: 512 })),
    to: Type.Optional(Type.String({ maxLength: 512 })),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  response: Type.Object({
    subscribed: byThread(Type.Object({ automatic: Type.Boolean(), bump_stamp: BumpStamp })),
    unsubscribed: byThread(Type.Object({ bump_stamp: BumpStamp })),
    end: Type.Optional(Type.String()),
  }),
  errors: ['M_INVALID_PARAM'],
});
