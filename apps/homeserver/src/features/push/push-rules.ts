import { invalidParam, MatrixError, notFound } from '@stafette/contracts';
import {
  completeRuleset,
  defaultRuleset,
  enablePushRule,
  parsePushActions,
  parsePushRule,
  pushRuleKinds,
  putPushRule,
  removePushRule,
  setPushRuleActions,
  type DefaultRules,
  type EditedRuleset,
  type JsonObject,
  type JsonValue,
  type PushRule,
  type PushRuleKind,
  type PushRulePlace,
  type PushRuleset,
  type RoomId,
  type UserId,
  readStoredJson,
} from '@stafette/protocol';
import type { Database } from '../../database/database.ts';
import type { Notifier } from '../../streams/notifier.ts';
import { StreamPosition } from '../../streams/stream-position.ts';
import * as store from './store.ts';

/** Rulesets kept in memory before all are dropped and read again as needed. */
const CACHE_SIZE = 50_000;

interface Dependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly defaults: DefaultRules;
}

interface KnownRuleset {
  readonly ruleset: PushRuleset;
  /** False for the default rules as they are. */
  readonly isCustomised: boolean;
  readonly position: number;
}

const problems = {
  'unknown-rule': () => notFound('There is no such push rule'),
  'default-rule': () =>
    invalidParam('The default rules can be switched and given other actions, but not be replaced or removed'),
  'unknown-neighbor': () => new MatrixError(400, 'M_UNKNOWN', 'There is no rule to place this one beside'),
  'too-many-rules': () => new MatrixError(400, 'M_UNKNOWN', 'You have as many push rules as is allowed'),
} as const;

/** What users want to be notified of. https://spec.matrix.org/v1.19/client-server-api/#push-rules */
export class PushRules {
  readonly position: StreamPosition;
  readonly #database: Database;
  readonly #notifier: Notifier;
  readonly #defaults: DefaultRules;
  readonly #known = new Map<UserId, KnownRuleset>();
  readonly #listeners: ((userId: UserId) => void)[] = [];

  private constructor({ database, notifier, defaults }: Dependencies, lastPosition: number) {
    this.#database = database;
    this.#notifier = notifier;
    this.#defaults = defaults;
    this.position = new StreamPosition('pushRules', lastPosition);
  }

  static async open(dependencies: Dependencies): Promise<PushRules> {
    return new PushRules(dependencies, await store.findLastPosition(dependencies.database.reader));
  }

  /** Called when a user's rules changed and before anybody is woken. */
  onChanged(listener: (userId: UserId) => void): void {
    this.#listeners.push(listener);
  }

  async get(userId: UserId): Promise<PushRuleset> {
    return (await this.find(userId)).ruleset;
  }

  /** The rules of a user and whether they are the default rules as they are. */
  async find(userId: UserId): Promise<KnownRuleset> {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    const upTo = this.position.current;
    const stored = await store.findRuleset(this.#database.reader, userId);
    const found = this.#knownRuleset(userId, stored);
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    // An edit that became visible during the read would be forgotten.
    if (upTo === this.position.current) this.#known.set(userId, found);
    return found;
  }

  /** Brings the rules of many into memory together, so that {@link find} then has them at once. */
  async load(userIds: readonly UserId[]): Promise<void> {
    const missing = userIds.filter((userId) => !this.#known.has(userId));
    if (missing.length === 0) return;
    const upTo = this.position.current;
    const stored = new Map(
      (await store.listRulesets(this.#database.reader, missing)).map((row) => [row.user_id, row] as const),
    );
    if (upTo !== this.position.current) return;
    if (this.#known.size + missing.length > CACHE_SIZE) this.#known.clear();
    for (const userId of missing) this.#known.set(userId, this.#knownRuleset(userId, stored.get(userId)));
  }

  /** JSON text of `m.push_rules` when it changed in `(from, to]`, or for a new client. */
  async changes(userId: UserId, from: number | undefined, to: number): Promise<string | undefined> {
    if (from !== undefined && from >= to) return undefined;
    const { ruleset, position } = await this.find(userId);
    return from === undefined || position > from ? JSON.stringify({ global: ruleset }) : undefined;
  }

  /** The content of `m.push_rules`, which clients may also ask for as account data. */
  async findAccountData(userId: UserId, roomId: RoomId | undefined, type: string): Promise<JsonObject | undefined> {
    if (roomId !== undefined || type !== 'm.push_rules') return undefined;
    // What JSON.stringify makes of an object.
    return readStoredJson(JSON.stringify({ global: await this.get(userId) })) as JsonObject;
  }

  async getRule(userId: UserId, kind: string, ruleId: string): Promise<PushRule> {
    const rule = (await this.get(userId))[parseKind(kind)].find((known) => known.rule_id === ruleId);
    if (rule === undefined) throw notFound('There is no such push rule');
    return rule;
  }

  async put(userId: UserId, kind: string, ruleId: string, body: JsonObject, place: PushRulePlace): Promise<void> {
    const parsed = parsePushRule(parseKind(kind), ruleId, body);
    if (!parsed.valid) throw invalidParam(parsed.reason);
    await this.#edit(userId, (ruleset) => putPushRule(ruleset, parseKind(kind), parsed.rule, place));
  }

  async remove(userId: UserId, kind: string, ruleId: string): Promise<void> {
    await this.#edit(userId, (ruleset) => removePushRule(ruleset, parseKind(kind), ruleId));
  }

  async enable(userId: UserId, kind: string, ruleId: string, isEnabled: boolean): Promise<void> {
    await this.#edit(userId, (ruleset) => enablePushRule(ruleset, parseKind(kind), ruleId, isEnabled));
  }

  async setActions(userId: UserId, kind: string, ruleId: string, value: JsonValue): Promise<void> {
    const parsed = parsePushActions(value);
    if (!parsed.valid) throw invalidParam(parsed.reason);
    await this.#edit(userId, (ruleset) => setPushRuleActions(ruleset, parseKind(kind), ruleId, parsed.actions));
  }

  /** Leaves nothing of the account's behind. */
  async erase(userId: UserId): Promise<void> {
    await this.#database.write((tx) => store.removeRuleset(tx, userId));
    this.#known.delete(userId);
  }

  #knownRuleset(userId: UserId, stored: store.StoredRuleset | undefined): KnownRuleset {
    return {
      ruleset: this.#rulesetOf(stored?.json, userId),
      isCustomised: stored !== undefined,
      position: stored?.position ?? 0,
    };
  }

  /** What was written by `upsertRuleset` from a ruleset, completed with what the default rules have gained since. */
  #rulesetOf(json: string | undefined, userId: UserId): PushRuleset {
    return json === undefined
      ? defaultRuleset(userId, this.#defaults)
      : completeRuleset(readStoredJson(json) as unknown as PushRuleset, userId, this.#defaults);
  }

  async #edit(userId: UserId, change: (ruleset: PushRuleset) => EditedRuleset): Promise<void> {
    await this.position.write(
      1,
      (position) =>
        this.#database.write(async (tx) => {
          const json = await store.lockRuleset(tx, userId);
          const edited = change(this.#rulesetOf(json, userId));
          if (!edited.edited) throw problems[edited.problem]();
          await store.upsertRuleset(tx, userId, JSON.stringify(edited.ruleset), position);
        }),
      () => {
        this.#known.delete(userId);
        for (const listener of this.#listeners) listener(userId);
        this.#notifier.wake(userId);
      },
    );
  }
}

function parseKind(text: string): PushRuleKind {
  const kind = pushRuleKinds.find((known) => known === text);
  if (kind === undefined) throw invalidParam('There is no such kind of push rule');
  return kind;
}
