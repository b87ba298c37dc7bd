import type { setup } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { completeSetup } from './endpoints/complete-setup.ts';
import { getSetup } from './endpoints/get-setup.ts';
import type { SetupService } from './service.ts';

export {
  SetupService,
  type FirstAdministrator,
  type FirstLogin,
  type PreparedServer,
  type SetupOptions,
} from './service.ts';
export { findAgency, type Agency } from './store.ts';

export const setupHandlers = (service: SetupService): HandlersOf<typeof setup> => ({
  getSetup: getSetup(service),
  completeSetup: completeSetup(service),
});
