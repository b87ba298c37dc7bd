import type { SyncPositions } from '../../../streams/tokens.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { objectOf, type Part } from '../core/json.ts';
import type { LazyMemberSession } from '../core/lazy-members.ts';
import type { SyncCore } from '../core/sync-core.ts';
import { AnswerRooms } from './answer-rooms.ts';
import type { Connection, Step } from './connections.ts';
import { PersonalExtensions } from './personal-extensions.ts';
import { ProfilesExtension } from './profiles-extension.ts';
import type { RoomTexts } from './room-extensions.ts';
import type { SlidingRequest } from './sliding-request.ts';
import type { UserRooms } from './user-rooms.ts';

export interface Answer {
  /** The answer's members but for `pos`, which is known when the answer is given. */
  readonly parts: readonly Part[];
  readonly step: Step;
  readonly to: SyncPositions;
  /** Nothing is new: a request that may wait does. */
  readonly isEmpty: boolean;
  /** To be finished when the answer is given. */
  readonly lazyMembers: LazyMemberSession;
}

/**
 * Makes one answer of sliding sync.
 *
 * 1. Read the user's own data, if there was news of it.
 * 2. Build what is told of the rooms; that decides the moment at which the answer ends.
 * 3. Read what the device is told besides.
 * 4. Put the parts together, with what the client will know when it has them.
 */
export class AnswerBuilder {
  readonly #core: SyncCore;
  readonly #personal: PersonalExtensions;
  readonly #rooms: AnswerRooms;
  readonly #profiles: ProfilesExtension;

  constructor(core: SyncCore) {
    this.#core = core;
    this.#personal = new PersonalExtensions(core);
    this.#rooms = new AnswerRooms(core);
    this.#profiles = new ProfilesExtension(core.profileNews);
  }

  async build(
    request: SlidingRequest,
    connection: Connection,
    active: ActiveUser,
    rooms: UserRooms,
    lazyMembers: LazyMemberSession,
  ): Promise<Answer> {
    const { progress } = connection;
    const now = this.#core.news.positions();
    const personal = await this.#personal.read(request, progress, active, now);
    const told = await this.#rooms.build(request, connection, active, rooms, lazyMembers, personal);
    const here = { ...told.to, threadSubscriptions: now.threadSubscriptions, profiles: now.profiles };
    const [toDevice, deviceLists, threads, profiles] = await Promise.all([
      this.#personal.toDevice(request),
      request.wantsDeviceLists ? this.#personal.deviceLists(request, progress, active, here) : undefined,
      this.#personal.threads(request, progress, here),
      this.#profiles.tell(request, progress, active, told, here),
    ]);
    const to = toDevice === undefined ? here : { ...here, toDevice: toDevice.upTo };
    const { globalAccountData: global } = personal;
    const accountData = global === undefined ? undefined : accountDataJson(global, told.accountData);
    const extensions: readonly (Part | undefined)[] = [
      toDevice && ['to_device', toDevice.json],
      deviceLists && ['e2ee', deviceLists.json],
      accountData === undefined ? undefined : ['account_data', accountData],
      roomsPart('receipts', told.receipts),
      roomsPart('typing', told.typing),
      threads && [request.threadSubscriptions?.name ?? '', threads.json],
      profiles.json === undefined ? undefined : [request.profiles?.name ?? '', profiles.json],
    ];
    const step: Step = {
      positions: to,
      shape: request.shape,
      versions: told.windows.versions(),
      direct: told.direct,
      hasAccountData: global !== undefined,
      hasThreads: request.threadSubscriptions !== undefined,
      profiles: profiles.told,
      rooms: told.told,
    };
    return {
      step,
      to,
      lazyMembers,
      parts: [
        ['lists', JSON.stringify(Object.fromEntries(told.windows.counts().map(([name, count]) => [name, { count }])))],
        ['rooms', objectOf([...told.parts].map(([roomId, { json }]) => [roomId, json] as const))],
        ['extensions', objectOf(extensions)],
      ],
      isEmpty:
        told.parts.size + told.receipts.size + told.typing.size + told.accountData.size === 0 &&
        (global ?? []).length === 0 &&
        toDevice?.isEmpty !== false &&
        deviceLists?.isEmpty !== false &&
        threads === undefined &&
        profiles.json === undefined,
    };
  }
}

const roomsPart = (name: string, rooms: RoomTexts): Part | undefined =>
  rooms.size === 0 ? undefined : [name, objectOf([['rooms', objectOf([...rooms])]])];

const accountDataJson = (global: readonly string[], rooms: RoomTexts): string =>
  objectOf([
    ['global', `[${global.join(',')}]`],
    ['rooms', objectOf([...rooms])],
  ]);
