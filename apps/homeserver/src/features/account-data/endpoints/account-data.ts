import { notFound, type clientServer } from '@stafette/contracts';
import type { JsonObject, RoomId, UserId } from '@stafette/protocol';
import type { Handler } from '../../../http/handler.ts';
import { assertOwner, assertType, assertWritable, readRoomId } from '../own-data.ts';
import type { AccountData } from '../service.ts';

/** Entries that other features make, such as push rules. */
export type FindComputed = (
  userId: UserId,
  roomId: RoomId | undefined,
  type: string,
) => Promise<JsonObject | undefined>;

export interface AccountDataDependencies {
  readonly accountData: AccountData;
  readonly findComputed: FindComputed;
}

async function get(
  { accountData, findComputed }: AccountDataDependencies,
  userId: UserId,
  roomId: RoomId | undefined,
  type: string,
): Promise<JsonObject> {
  assertType(type);
  const content = (await findComputed(userId, roomId, type)) ?? (await accountData.find(userId, roomId, type));
  if (content === undefined) throw notFound('There is no account data of this type');
  return content;
}

export const getAccountData =
  (dependencies: AccountDataDependencies): Handler<typeof clientServer.getAccountData> =>
  async ({ params, requester }) => {
    assertOwner(params.userId, requester);
    return get(dependencies, requester.userId, undefined, params.type);
  };

export const getAccountDataPerRoom =
  (dependencies: AccountDataDependencies): Handler<typeof clientServer.getAccountDataPerRoom> =>
  async ({ params, requester }) => {
    assertOwner(params.userId, requester);
    return get(dependencies, requester.userId, readRoomId(params.roomId), params.type);
  };

export const setAccountData =
  ({ accountData }: AccountDataDependencies): Handler<typeof clientServer.setAccountData> =>
  async ({ params, body, requester }) => {
    assertOwner(params.userId, requester);
    assertWritable(params.type);
    await accountData.put(requester.userId, undefined, params.type, body);
    return {};
  };

export const setAccountDataPerRoom =
  ({ accountData }: AccountDataDependencies): Handler<typeof clientServer.setAccountDataPerRoom> =>
  async ({ params, body, requester }) => {
    assertOwner(params.userId, requester);
    assertWritable(params.type);
    await accountData.put(requester.userId, readRoomId(params.roomId), params.type, body);
    return {};
  };

export const deleteAccountData =
  ({ accountData }: AccountDataDependencies): Handler<typeof clientServer.deleteAccountData> =>
  async ({ params, requester }) => {
    assertOwner(params.userId, requester);
    assertWritable(params.type);
    await accountData.remove(requester.userId, undefined, params.type);
    return {};
  };

export const deleteAccountDataPerRoom =
  ({ accountData }: AccountDataDependencies): Handler<typeof clientServer.deleteAccountDataPerRoom> =>
  async ({ params, requester }) => {
    assertOwner(params.userId, requester);
    assertWritable(params.type);
    await accountData.remove(requester.userId, readRoomId(params.roomId), params.type);
    return {};
  };
