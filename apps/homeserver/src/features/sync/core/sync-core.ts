import type { DeviceId, UserId } from '@stafette/protocol';
import type { Database } from '../../../database/database.ts';
import type {
  AccountDataStream,
  DeviceListStream,
  OneTimeKeyCounts,
  ProfileStream,
  ThreadSubscriptionStream,
  ToDeviceStream,
} from '../../../streams/sync-stream.ts';
import type { InvitePermission } from '../../invite-permission/index.ts';
import type { UnreadCounts } from '../../push/index.ts';
import { BumpStamps } from './bump-stamps.ts';
import { Heroes } from './heroes.ts';
import { LazyMembers } from './lazy-members.ts';
import { LongPolls } from './long-polls.ts';
import { RoomStateReader } from './room-state-reader.ts';
import { Timelines } from './timeline.ts';
import { UserNews, type NewsSources } from './user-news.ts';

/** What synchronising stands on: the streams, and what is asked about their users and rooms. */
export interface SyncDependencies extends NewsSources {
  readonly database: Database;
  readonly accountData: AccountDataStream;
  readonly toDevice: ToDeviceStream;
  readonly deviceLists: DeviceListStream;
  readonly oneTimeKeys: OneTimeKeyCounts;
  readonly threadSubscriptions: ThreadSubscriptionStream;
  readonly profileNews: ProfileStream;
  readonly unread: UnreadCounts;
  readonly ignoredBy: (userId: UserId) => Promise<ReadonlySet<string>>;
  readonly invitePermission: (userId: UserId, inviter: UserId) => Promise<InvitePermission>;
  /** Whether a device is signed in. */
  readonly isSignedIn: (userId: UserId, deviceId: DeviceId | undefined) => Promise<boolean>;
}

/** The parts that all shapes of synchronising share, each of them once in a process. */
export interface SyncCore extends SyncDependencies {
  readonly news: UserNews;
  readonly polls: LongPolls;
  readonly timelines: Timelines;
  readonly state: RoomStateReader;
  readonly heroes: Heroes;
  readonly bumpStamps: BumpStamps;
  readonly lazyMembers: LazyMembers;
}

export function createSyncCore(dependencies: SyncDependencies): SyncCore {
  const { database, roomEvents } = dependencies;
  const bumpStamps = new BumpStamps(database);
  return {
    ...dependencies,
    news: new UserNews({ ...dependencies, bumpStamps }),
    polls: new LongPolls(dependencies),
    timelines: new Timelines({ database, roomEvents }),
    state: new RoomStateReader(database, roomEvents),
    heroes: new Heroes(),
    bumpStamps,
    lazyMembers: new LazyMembers(),
  };
}
