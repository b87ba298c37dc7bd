import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import {
  getAdminLockUser,
  getAdminSuspendUser,
  getWhoIs,
  setAdminLockUser,
  setAdminSuspendUser,
  type ModerationDependencies,
} from './endpoints/moderation.ts';

export const administrationHandlers = (dependencies: ModerationDependencies) =>
  ({
    getAdminSuspendUser: getAdminSuspendUser(dependencies),
    setAdminSuspendUser: setAdminSuspendUser(dependencies),
    getAdminLockUser: getAdminLockUser(dependencies),
    setAdminLockUser: setAdminLockUser(dependencies),
    getWhoIs: getWhoIs(dependencies),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
