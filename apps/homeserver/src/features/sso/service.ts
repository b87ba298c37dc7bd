import { invalidParam } from '@stafette/contracts';
import type { BrowserLogin } from '../browser-login/index.ts';
import type { LoginTokens } from '../identity/index.ts';
import { findRedirectTarget, type RedirectTargets } from './redirect-targets.ts';

/** Logging in older applications in the browser, with this server as the only provider of identities. */
export class Sso {
  readonly #targets: RedirectTargets;
  readonly login: BrowserLogin;
  readonly loginTokens: LoginTokens;

  constructor(dependencies: {
    readonly login: BrowserLogin;
    readonly loginTokens: LoginTokens;
    readonly targets: RedirectTargets;
  }) {
    this.#targets = dependencies.targets;
    this.login = dependencies.login;
    this.loginTokens = dependencies.loginTokens;
  }

  /** Throws when no token is sent to this address. */
  targetOf(redirectUrl: string): URL {
    const url = findRedirectTarget(redirectUrl, this.#targets);
    if (url === undefined) throw invalidParam('Log-ins do not lead to this address');
    return url;
  }
}
