import type { admin, clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import type { RequirePassword } from '../identity/index.ts';
import * as account from './endpoints/account.ts';
import { confirmEmail, showEmailConfirmation } from './endpoints/confirm-email.ts';
import { refusePhoneNumber, requestEmailToken } from './endpoints/request-token.ts';
import type { ThirdPartyIds } from './service.ts';
import type { AddressValidations } from './validations.ts';

export { ThirdPartyIds } from './service.ts';
export { AddressValidations } from './validations.ts';

export const thirdPartyIdsHandlers = (
  thirdPartyIds: ThirdPartyIds,
  validations: AddressValidations,
  requirePassword: RequirePassword,
) =>
  ({
    getAccount3PIDs: account.getAccount3PIDs(thirdPartyIds),
    post3PIDs: account.post3PIDs(),
    add3PID: account.add3PID(thirdPartyIds, requirePassword),
    bind3PID: account.bind3PID(),
    delete3pidFromAccount: account.delete3pidFromAccount(thirdPartyIds),
    unbind3pidFromAccount: account.unbind3pidFromAccount(),
    requestTokenToRegisterEmail: requestEmailToken(validations, 'register'),
    requestTokenToResetPasswordEmail: requestEmailToken(validations, 'reset-password'),
    requestTokenTo3PIDEmail: requestEmailToken(validations, 'add'),
    requestTokenToRegisterMSISDN: refusePhoneNumber('M_THREEPID_DENIED'),
    requestTokenToResetPasswordMSISDN: refusePhoneNumber('M_THREEPID_DENIED'),
    requestTokenTo3PIDMSISDN: refusePhoneNumber('M_THREEPID_MEDIUM_NOT_SUPPORTED'),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const emailConfirmationHandlers = (validations: AddressValidations) =>
  ({
    showEmailConfirmation: showEmailConfirmation(),
    confirmEmail: confirmEmail(validations),
  }) satisfies Partial<HandlersOf<typeof admin>>;
