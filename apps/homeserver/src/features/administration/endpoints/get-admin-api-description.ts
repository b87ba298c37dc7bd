import { admin } from '@stafette/contracts';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import { describeApi } from '../api-description.ts';

export const getAdminApiDescription =
  (version: string): Handler<typeof admin.getAdminApiDescription> =>
  async () =>
    new PreparedResponse(JSON.stringify(describeApi(admin, version)));
