import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { Continue, Csrf, page } from './page.ts';

const MailAddress = Type.String({ maxLength: 1024 });
const form = { ...page, method: 'POST', form: true } as const;

/** Logs in on the pages, for a quarter of an hour. */
export const logInOnPage = defineEndpoint({
  ...form,
  path: '/_stafette/account/login',
  rateLimit: 'login',
  body: Type.Object({
    csrf: Csrf,
    continue: Continue,
    name: Type.String({ maxLength: 1024 }),
    password: Type.String({ maxLength: 4096 }),
  }),
});

/** Logs out of the pages; sessions of applications stay. */
export const logOutOfPages = defineEndpoint({
  ...form,
  path: '/_stafette/account/logout',
  rateLimit: 'login',
  body: Type.Object({ csrf: Csrf, continue: Continue }),
});

/** The form for a new account. */
export const showSignUp = defineEndpoint({
  ...page,
  method: 'GET',
  path: '/_stafette/account/sign-up',
  rateLimit: 'read',
  query: Type.Object({ continue: Continue }),
});

/** Mails a link to the address that a new account is to have, where it needs one. */
export const mailForSignUp = defineEndpoint({
  ...form,
  path: '/_stafette/account/sign-up/mail',
  rateLimit: 'mail',
  body: Type.Object({ csrf: Csrf, continue: Continue, email: MailAddress }),
});

/** Makes an account, with an invitation code where registration is not open. */
export const signUpOnPage = defineEndpoint({
  ...form,
  path: '/_stafette/account/sign-up',
  rateLimit: 'registration',
  body: Type.Object({
    csrf: Csrf,
    continue: Continue,
    name: Type.String({ maxLength: 255 }),
    password: Type.String({ maxLength: 4096 }),
    invitation: Type.Optional(Type.String({ maxLength: 255 })),
    email: Type.Optional(MailAddress),
    /** The id of the proof that {@link mailForSignUp} began. */
    proof: Type.Optional(Type.String({ maxLength: 255 })),
  }),
});

/** The style of all pages. */
export const getPageStyle = defineEndpoint({
  ...page,
  method: 'GET',
  path: '/_stafette/account/style.css',
  rateLimit: 'none',
});
