import type { setup } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { SetupService } from '../service.ts';

export const getSetup =
  (service: SetupService): Handler<typeof setup.getSetup> =>
  async () => {
    if (await service.findAgency()) return { state: 'done' as const };
    const { fixedServerName } = service;
    return {
      state: 'needed' as const,
      ...(fixedServerName === undefined
        ? { server_name_is_fixed: false }
        : { server_name: fixedServerName, server_name_is_fixed: true }),
    };
  };
