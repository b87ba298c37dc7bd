import type { oauth } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { changeAccount, showAccount } from './endpoints/account.ts';
import type { AccountPages } from './service.ts';

export { CrossSigningReset, RESET_STAGES } from './cross-signing-reset.ts';

export const accountPagesHandlers = (service: AccountPages) =>
  ({
    showAccount: showAccount(service),
    changeAccount: changeAccount(service),
  }) satisfies Partial<HandlersOf<typeof oauth>>;
