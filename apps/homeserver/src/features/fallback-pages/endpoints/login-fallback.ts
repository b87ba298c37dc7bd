import type { oauth } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { loginFallbackPage } from '../login-fallback-page.ts';
import type { FallbackPages } from '../service.ts';

export const showLoginFallback =
  ({ login }: FallbackPages): Handler<typeof oauth.showLoginFallback> =>
  async ({ query, raw }) => {
    const { serverName } = login.pageOptions;
    return loginFallbackPage(await login.visitors.meet(raw), { serverName, parameters: query });
  };
