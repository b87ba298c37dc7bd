import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** What our own client shows about the account that it is logged in to. */
export const getMe = defineEndpoint({
  method: 'GET',
  path: '/_stafette/v1/me',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  whileSuspended: true,
  response: Type.Object({
    user_id: Type.String(),
    login_name: Type.Optional(Type.String()),
    display_name: Type.Optional(Type.String()),
    role: Type.Union([Type.Literal('user'), Type.Literal('admin'), Type.Literal('guest')]),
    agency_name: Type.Optional(Type.String()),
  }),
  errors: [],
});
