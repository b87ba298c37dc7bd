import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Csrf, page } from './page.ts';

const shared = {
  ...page,
  path: '/_stafette/account',
  query: Type.Object({
    action: Type.Optional(Type.String({ maxLength: 255 })),
    device_id: Type.Optional(Type.String({ maxLength: 255 })),
    /** The session of user-interactive authentication that a reset of cross-signing belongs to. */
    session: Type.Optional(Type.String({ maxLength: 255 })),
  }),
} as const;

/** One's own account: devices, profile, end. https://spec.matrix.org/v1.19/client-server-api/#oauth-20-account-management */
export const showAccount = defineEndpoint({ ...shared, method: 'GET', rateLimit: 'read' });

/** Does what the page of this action is for. */
export const changeAccount = defineEndpoint({
  ...shared,
  method: 'POST',
  rateLimit: 'login',
  form: true,
  body: Type.Object({
    csrf: Csrf,
    password: Type.Optional(Type.String({ maxLength: 4096 })),
    display_name: Type.Optional(Type.String({ maxLength: 255 })),
  }),
});
