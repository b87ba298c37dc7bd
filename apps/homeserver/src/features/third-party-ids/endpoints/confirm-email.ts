import type { admin } from '@stafette/contracts';
import { type Handler, PreparedResponse } from '../../../http/handler.ts';
import type { MailLanguage } from '../../mail/index.ts';
import { confirmationPage } from '../confirmation-page.ts';
import type { AddressValidations } from '../validations.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
const POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

const page = (language: MailLanguage = 'en', state: 'ask' | 'done' | 'failed', status = 200): PreparedResponse =>
  new PreparedResponse(confirmationPage(language, state), {
    status,
    // Browsers ask the policy of the form's page about a redirect as well; where it may lead was decided before.
    headers: { ...HEADERS, 'content-security-policy': state === 'ask' ? POLICY : `${POLICY}; form-action 'none'` },
  });

export const showEmailConfirmation =
  (): Handler<typeof admin.showEmailConfirmation> =>
  async ({ query }) =>
    page(query.language, 'ask');

export const confirmEmail =
  (validations: AddressValidations): Handler<typeof admin.confirmEmail> =>
  async ({ query }) => {
    const confirmed = await validations.confirm(query.sid, query.token);
    if (confirmed === undefined) return page(query.language, 'failed', 400);
    if (confirmed.nextLink === undefined) return page(query.language, 'done');
    return new PreparedResponse('', { status: 303, headers: { ...HEADERS, location: confirmed.nextLink } });
  };
