import type { RoomId } from '@stafette/protocol';
import type {
  AccountDataEntry,
  AccountDataStream,
  DeviceListStream,
  OneTimeKeyCounts,
  ThreadSubscriptionStream,
  ToDeviceStream,
} from '../../../streams/sync-stream.ts';
import type { SyncPositions } from '../../../streams/tokens.ts';
import type { PushRules } from '../../push/index.ts';
import type { ActiveUser } from '../core/active-users.ts';
import { accountDataEvent, objectOf, type Part } from '../core/json.ts';
import type { Progress } from './connections.ts';
import type { SlidingRequest } from './sliding-request.ts';

interface Dependencies {
  readonly accountData: AccountDataStream;
  readonly pushRules: PushRules;
  readonly toDevice: ToDeviceStream;
  readonly deviceLists: DeviceListStream;
  readonly oneTimeKeys: OneTimeKeyCounts;
  readonly threadSubscriptions: ThreadSubscriptionStream;
}

/** What is new of the user's own data. */
export interface PersonalNews {
  /** Where the personal streams are with it. */
  readonly to: SyncPositions;
  /** Undefined unless the extension is asked for. JSON texts of events. */
  readonly globalAccountData: readonly string[] | undefined;
  readonly roomAccountData: ReadonlyMap<RoomId, readonly AccountDataEntry[]>;
  readonly havePushRulesChanged: boolean;
}

/** An extension's part of an answer. */
export interface ExtensionPart {
  readonly json: string;
  /** Nothing of it is worth waking a client. */
  readonly isEmpty: boolean;
}

/** Reads what belongs to the user or the device, and to no room. */
export class PersonalExtensions {
  readonly #d: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#d = dependencies;
  }

  /** Account data and rules, as far as there may be news of them. `now`: where the streams stand. */
  async read(
    { userId, shape }: SlidingRequest,
    progress: Progress | undefined,
    active: ActiveUser,
    now: SyncPositions,
  ): Promise<PersonalNews> {
    const since = progress?.positions;
    const isAsked = shape.scopes.accountData !== undefined;
    const isNews = since === undefined || active.hasPersonalNews(since);
    if (!isNews && (!isAsked || progress?.hasAccountData === true)) {
      // Streams that were not read stay where the client has them: news of a write may come after its position.
      return {
        to: since,
        globalAccountData: isAsked ? [] : undefined,
        roomAccountData: new Map(),
        havePushRulesChanged: false,
      };
    }
    const from = progress?.hasAccountData === true ? since : undefined;
    const [data, rules, changedRules] = await Promise.all([
      isAsked ? this.#d.accountData.changes(userId, from?.accountData, now.accountData) : undefined,
      isAsked ? this.#d.pushRules.changes(userId, from?.pushRules, now.pushRules) : undefined,
      since === undefined ? undefined : this.#d.pushRules.changes(userId, since.pushRules, now.pushRules),
    ]);
    const global = data?.global.map(({ type, content }) => accountDataEvent(type, content));
    if (rules !== undefined) global?.push(accountDataEvent('m.push_rules', rules));
    return {
      to: now,
      globalAccountData: global,
      roomAccountData: data?.rooms ?? new Map(),
      havePushRulesChanged: changedRules !== undefined,
    };
  }

  /** Messages to the device since the token that the client presents; `upTo` is the next token. */
  async toDevice(request: SlidingRequest): Promise<(ExtensionPart & { readonly upTo: number }) | undefined> {
    const { userId, deviceId, toDevice } = request;
    if (toDevice === undefined || deviceId === undefined) return undefined;
    const { events, upTo } = await this.#d.toDevice.take(userId, deviceId, toDevice.since, toDevice.limit);
    const json = objectOf([
      ['next_batch', JSON.stringify(String(upTo))],
      ['events', `[${events.join(',')}]`],
    ]);
    return { json, isEmpty: events.length === 0, upTo };
  }

  /** Whose keys to fetch anew, and what is left of the device's own. */
  async deviceLists(
    { userId, deviceId }: SlidingRequest,
    progress: Progress | undefined,
    active: ActiveUser,
    to: SyncPositions,
  ): Promise<ExtensionPart> {
    const since = progress?.positions;
    const mayHaveChanged = since !== undefined && (active.hasPersonalNews(since) || active.mayHaveNewCompanions(since));
    const [lists, counts] = await Promise.all([
      mayHaveChanged
        ? this.#d.deviceLists.changes(userId, {
            deviceLists: { from: since.deviceLists, to: to.deviceLists },
            events: { from: since.events, to: to.events },
          })
        : undefined,
      deviceId === undefined ? undefined : this.#d.oneTimeKeys.counts(userId, deviceId),
    ]);
    const isEmpty = lists === undefined || lists.changed.length + lists.left.length === 0;
    const parts: readonly (Part | undefined)[] = [
      isEmpty ? undefined : ['device_lists', JSON.stringify(lists)],
      counts && ['device_one_time_keys_count', JSON.stringify(counts.oneTimeKeys)],
      counts && ['device_unused_fallback_key_types', JSON.stringify(counts.unusedFallbackTypes)],
    ];
    return { json: objectOf(parts), isEmpty };
  }

  /** Which threads the user follows, or follows no more. */
  async threads(
    { userId, threadSubscriptions: asked }: SlidingRequest,
    progress: Progress | undefined,
    to: SyncPositions,
  ): Promise<ExtensionPart | undefined> {
    if (asked === undefined) return undefined;
    const after = progress?.hasThreads === true ? progress.positions.threadSubscriptions : 0;
    const upTo = to.threadSubscriptions;
    if (after >= upTo) return undefined;
    const { end, ...changes } = await this.#d.threadSubscriptions.changes(userId, after, upTo, asked.limit);
    const isEmpty = Object.keys(changes.subscribed).length + Object.keys(changes.unsubscribed).length === 0;
    const json = JSON.stringify({ ...changes, ...(end === undefined ? {} : { prev_batch: String(end) }) });
    return isEmpty ? undefined : { json, isEmpty };
  }
}
