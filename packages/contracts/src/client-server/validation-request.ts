import { Type } from 'typebox';
import { PlainText } from '../schemas.ts';

const MAX_SEND_ATTEMPT = Number.MAX_SAFE_INTEGER;

const about = {
  client_secret: Type.String({ pattern: '^[0-9a-zA-Z.=_-]{1,255}$' }),
  send_attempt: Type.Integer({ minimum: 0, maximum: MAX_SEND_ATTEMPT }),
  next_link: Type.Optional(PlainText(2048)),
  // Ignored: the server confirms addresses itself.
  id_server: Type.Optional(Type.String()),
  id_access_token: Type.Optional(Type.String()),
};
const shared = {
  method: 'POST',
  auth: 'none',
  rateLimit: 'mail',
  response: Type.Object({ sid: Type.String() }),
} as const;

/** A request for a mail that confirms an address, alike for all purposes. */
export const emailTokenRequest = {
  ...shared,
  body: Type.Object({ ...about, email: PlainText(1024) }),
  errors: ['M_INVALID_PARAM', 'M_THREEPID_DENIED', 'M_THREEPID_MEDIUM_NOT_SUPPORTED'],
} as const;

/** The same for a phone number, which this server never sends to. */
export const phoneTokenRequest = {
  ...shared,
  body: Type.Object({ ...about, country: PlainText(16), phone_number: PlainText(64) }),
  errors: ['M_THREEPID_DENIED', 'M_THREEPID_MEDIUM_NOT_SUPPORTED'],
} as const;
