import type { oauth } from '@stafette/contracts';
import { type Handler, PreparedResponse } from '../../../http/handler.ts';
import { style } from '../style.ts';

export const getPageStyle = (): Handler<typeof oauth.getPageStyle> => async () =>
  new PreparedResponse(style, {
    headers: {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    },
  });
