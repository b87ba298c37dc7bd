import { invalidParam, MatrixError, type clientServer } from '@stafette/contracts';
import { parseEmail } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { readMailLanguage } from '../../mail/index.ts';
import type { ValidationPurpose } from '../validation-store.ts';
import type { AddressValidations } from '../validations.ts';

/** The same for all purposes: whether the address has an account, only its mailbox is told. */
export const requestEmailToken =
  (
    validations: AddressValidations,
    purpose: ValidationPurpose,
  ): Handler<typeof clientServer.requestTokenToRegisterEmail> =>
  async ({ body, raw }) => {
    const email = parseEmail(body.email);
    if (email === undefined) throw invalidParam('This is not a mail address that can be used here');
    const sid = await validations.request({
      purpose,
      email,
      clientSecret: body.client_secret,
      sendAttempt: body.send_attempt,
      nextLink: body.next_link,
      language: readMailLanguage(raw.headers['accept-language']),
    });
    return { sid };
  };

type PhoneHandler = Handler<typeof clientServer.requestTokenToRegisterMSISDN>;

/** Phone numbers are not used here at all; for adding one there is a code of its own. */
export const refusePhoneNumber =
  (errcode: 'M_THREEPID_DENIED' | 'M_THREEPID_MEDIUM_NOT_SUPPORTED'): PhoneHandler =>
  async () => {
    throw new MatrixError(errcode === 'M_THREEPID_DENIED' ? 403 : 400, errcode, 'This server knows no phone numbers');
  };
