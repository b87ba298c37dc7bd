import type { federation } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { ServerKeys } from '../service.ts';

export const getServerKey =
  (keys: ServerKeys): Handler<typeof federation.getServerKey> =>
  async () =>
    keys.published();
