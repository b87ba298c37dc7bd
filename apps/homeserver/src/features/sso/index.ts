import type { clientServer, oauth } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as endpoints from './endpoints/sso.ts';
import type { Sso } from './service.ts';

export { OWN_PROVIDER_ID } from './endpoints/sso.ts';
export type { RedirectTargets } from './redirect-targets.ts';
export { Sso } from './service.ts';

export const ssoRedirectHandlers = (sso: Sso | undefined) =>
  ({
    redirectToSSO: endpoints.redirectToSSO(sso),
    redirectToIdP: endpoints.redirectToIdP(sso),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;

export const ssoHandlers = (sso: Sso) =>
  ({
    showSso: endpoints.showSso(sso),
    decideSso: endpoints.decideSso(sso),
  }) satisfies Partial<HandlersOf<typeof oauth>>;
