import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import {
  deleteAccountData,
  deleteAccountDataPerRoom,
  getAccountData,
  getAccountDataPerRoom,
  setAccountData,
  setAccountDataPerRoom,
  type AccountDataDependencies,
} from './endpoints/account-data.ts';
import { deleteRoomTag, getRoomTags, setRoomTag } from './endpoints/tags.ts';

export { AccountData } from './service.ts';

export const accountDataHandlers = (dependencies: AccountDataDependencies) =>
  ({
    getAccountData: getAccountData(dependencies),
    getAccountDataPerRoom: getAccountDataPerRoom(dependencies),
    setAccountData: setAccountData(dependencies),
    setAccountDataPerRoom: setAccountDataPerRoom(dependencies),
    deleteAccountData: deleteAccountData(dependencies),
    deleteAccountDataPerRoom: deleteAccountDataPerRoom(dependencies),
    getRoomTags: getRoomTags(dependencies.accountData),
    setRoomTag: setRoomTag(dependencies.accountData),
    deleteRoomTag: deleteRoomTag(dependencies.accountData),
  }) satisfies Partial<HandlersOf<typeof clientServer>>;
