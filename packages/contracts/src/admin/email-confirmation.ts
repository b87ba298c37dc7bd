import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { PlainText } from '../schemas.ts';

const shared = {
  path: '/_stafette/v1/email/confirm',
  auth: 'none',
  query: Type.Object({
    sid: PlainText(255),
    token: PlainText(255),
    language: Type.Optional(Type.Union([Type.Literal('de'), Type.Literal('fr'), Type.Literal('en')])),
  }),
  response: Type.Unknown(),
} as const;

/** The page behind the link in a mail that confirms an address. It changes nothing. */
export const showEmailConfirmation = defineEndpoint({ method: 'GET', ...shared, rateLimit: 'read', errors: [] });

/** What the page's button does: the address is confirmed. Answers with a page, or leads to where the client wanted. */
export const confirmEmail = defineEndpoint({ method: 'POST', ...shared, rateLimit: 'login', errors: [] });
