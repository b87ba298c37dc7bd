import type { oauth } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import * as stages from './endpoints/auth-fallback.ts';
import { showLoginFallback } from './endpoints/login-fallback.ts';
import type { FallbackPages } from './service.ts';

export const fallbackPagesHandlers = (service: FallbackPages) =>
  ({
    showAuthFallback: stages.showAuthFallback(service),
    takeAuthFallback: stages.takeAuthFallback(service),
    mailForAuthFallback: stages.mailForAuthFallback(service),
    showLoginFallback: showLoginFallback(service),
  }) satisfies Partial<HandlersOf<typeof oauth>>;
