import type { RoomId } from '@stafette/protocol';
import type { AccountDataEntry, AccountDataStream, ToDeviceStream } from '../../../streams/sync-stream.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { PushRules } from '../../push/index.ts';
import type { SyncRequest } from './sync-request.ts';

/** Messages to a device in one answer; more follow in the next. */
const TO_DEVICE_LIMIT = 100;

/** The streams that hold what is one user's own. */
export interface PersonalStreams {
  readonly accountData: AccountDataStream;
  readonly pushRules: PushRules;
  readonly toDevice: ToDeviceStream;
}

/** What the personal streams have to say. */
export interface PersonalNews {
  readonly globalAccountData: readonly AccountDataEntry[];
  readonly roomAccountData: ReadonlyMap<RoomId, readonly AccountDataEntry[]>;
  readonly pushRules: string | undefined;
  readonly toDevice: { readonly events: readonly string[]; readonly upTo: number };
}

export const NOTHING_PERSONAL: PersonalNews = {
  globalAccountData: [],
  roomAccountData: new Map(),
  pushRules: undefined,
  toDevice: { events: [], upTo: 0 },
};

/** What is new for a request up to the given positions. */
export async function readPersonal(
  { accountData, pushRules, toDevice }: PersonalStreams,
  { userId, deviceId, since }: SyncRequest,
  to: SyncPositions,
): Promise<PersonalNews> {
  const [data, rules, messages] = await Promise.all([
    accountData.changes(userId, since?.accountData, to.accountData),
    pushRules.changes(userId, since?.pushRules, to.pushRules),
    deviceId === undefined
      ? { events: [], upTo: to.toDevice }
      : toDevice.take(userId, deviceId, since?.toDevice ?? 0, TO_DEVICE_LIMIT),
  ]);
  return { globalAccountData: data.global, roomAccountData: data.rooms, pushRules: rules, toDevice: messages };
}
