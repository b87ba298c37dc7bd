import type { EventId, JsonObject, RoomId, UserId } from '@stafette/protocol';
import { MatrixError } from '@stafette/contracts';
import { createTestDatabase, type TestDatabase } from '@stafette/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addAccounts,
  openWorld,
  userNamed,
  type AskOptions,
  type EventBody,
  type RoomBody,
  type SyncBody,
  type SyncWorld,
} from './testing/sync-world.ts';

/** What a client knows after any number of answers; each answer is applied as the specification says. */
class ClientModel {
  since: string | undefined;
  readonly #usesStateAfter: boolean;
  readonly #joined = new Map<string, JoinedModel>();
  readonly #invited = new Map<string, unknown>();
  readonly #knocked = new Map<string, unknown>();
  readonly #accountData = new Map<string, unknown>();

  constructor(usesStateAfter: boolean) {
    this.#usesStateAfter = usesStateAfter;
  }

  apply(body: SyncBody): void {
    this.since = body.next_batch;
    for (const { type, content } of body.account_data?.events ?? []) this.#accountData.set(type, content);
    const { join = {}, invite = {}, knock = {}, leave = {} } = body.rooms ?? {};
    for (const roomId of [...Object.keys(join), ...Object.keys(invite), ...Object.keys(knock), ...Object.keys(leave)]) {
      this.#invited.delete(roomId);
      this.#knocked.delete(roomId);
      if (join[roomId] === undefined) this.#joined.delete(roomId);
    }
    for (const [roomId, room] of Object.entries(invite)) this.#invited.set(roomId, room.invite_state.events);
    for (const [roomId, room] of Object.entries(knock)) this.#knocked.set(roomId, room.knock_state.events);
    for (const [roomId, room] of Object.entries(join)) {
      const known = this.#joined.get(roomId) ?? new JoinedModel();
      known.apply(room, this.#usesStateAfter);
      this.#joined.set(roomId, known);
    }
  }

  snapshot(): object {
    return {
      joined: Object.fromEntries([...this.#joined].map(([roomId, room]) => [roomId, room.snapshot()])),
      invited: Object.fromEntries(this.#invited),
      knocked: Object.fromEntries(this.#knocked),
      accountData: Object.fromEntries(this.#accountData),
    };
  }
}

class JoinedModel {
  readonly #state = new Map<string, string>();
  #timeline: string[] = [];
  #summary: JsonObject = {};
  readonly #receipts = new Map<string, string>();
  #typing: unknown = [];
  readonly #accountData = new Map<string, unknown>();
  #unread: unknown;
  #threads: unknown;

  apply(room: RoomBody, usesStateAfter: boolean): void {
    this.#applyState(room.state?.events ?? room.state_after?.events ?? []);
    if (!usesStateAfter) this.#applyState(room.timeline.events);
    if (room.timeline.limited) this.#timeline = [];
    this.#timeline.push(...room.timeline.events.map((event) => event.event_id));
    this.#summary = { ...this.#summary, ...room.summary };
    for (const { type, content } of room.account_data.events) this.#accountData.set(type, content);
    for (const event of room.ephemeral.events) this.#applyEphemeral(event);
    if (room.unread_notifications === undefined) return;
    this.#unread = room.unread_notifications;
    this.#threads = room.unread_thread_notifications ?? {};
  }

  #applyState(events: readonly EventBody[]): void {
    for (const event of events)
      if (event.state_key !== undefined) this.#state.set(`${event.type} ${event.state_key}`, event.event_id);
  }

  #applyEphemeral({ type, content }: EventBody): void {
    if (type === 'm.typing') this.#typing = content['user_ids'];
    if (type !== 'm.receipt') return;
    // The shape of m.receipt.
    const byEvent = content as unknown as Record<string, Record<string, Record<string, { thread_id?: string }>>>;
    for (const [eventId, byType] of Object.entries(byEvent)) {
      for (const [receiptType, byUser] of Object.entries(byType)) {
        for (const [userId, { thread_id: threadId = '' }] of Object.entries(byUser))
          this.#receipts.set(`${receiptType} ${userId} ${threadId}`, eventId);
      }
    }
  }

  snapshot(): object {
    return {
      state: Object.fromEntries(this.#state),
      lastEvent: this.#timeline.at(-1),
      summary: this.#summary,
      receipts: Object.fromEntries(this.#receipts),
      typing: this.#typing,
      accountData: Object.fromEntries(this.#accountData),
      unread: this.#unread,
      threads: this.#threads,
    };
  }
}

const PEOPLE = 4;
const ROOMS = 3;
const person = fc.nat({ max: PEOPLE - 1 });
const room = fc.nat({ max: ROOMS - 1 });
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      actor: person,
      room,
      mentions: fc.option(person),
      threaded: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('join' as const), actor: person, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), actor: person, room }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('invite' as const, 'kick' as const, 'ban' as const, 'knock' as const),
      actor: person,
      target: person,
      room,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('rename' as const, 'topic' as const, 'redact' as const, 'typing' as const),
      actor: person,
      room,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      actor: person,
      room,
      isPrivate: fc.boolean(),
      threaded: fc.boolean(),
      back: fc.nat({ max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mute' as const), actor: person, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tag' as const), actor: person, room }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('sync' as const), actor: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

let database: TestDatabase;
let runs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database.drop());

/** One history: people, rooms, and what was sent where. */
class History {
  world: SyncWorld;
  readonly people: readonly UserId[];
  readonly rooms: RoomId[] = [];
  readonly #sent = new Map<RoomId, { readonly eventId: string; readonly root: string | undefined }[]>();
  #count = 0;

  constructor(world: SyncWorld, people: readonly UserId[]) {
    this.world = world;
    this.people = people;
  }

  person(index: number): UserId {
    return this.people[index] ?? expect.unreachable();
  }

  async start(): Promise<void> {
    this.rooms.push(await this.world.createRoom(this.person(0)));
    this.rooms.push(await this.world.createRoom(this.person(1), { rule: 'knock', visibility: 'joined' }));
    this.rooms.push(await this.world.createRoom(this.person(2), { visibility: 'invited', name: 'Runde' }));
  }

  /** What is forbidden is refused, which is as good a history as any. */
  async perform(step: Exclude<Action, { kind: 'sync' | 'restart' }>): Promise<void> {
    try {
      await this.#perform(step);
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
    }
  }

  async #perform(step: Exclude<Action, { kind: 'sync' | 'restart' }>): Promise<void> {
    const { world } = this;
    const actor = this.person(step.actor);
    const roomId = this.rooms[step.room] ?? expect.unreachable();
    const sent = this.#sent.get(roomId) ?? [];
    this.#sent.set(roomId, sent);
    this.#count += 1;
    switch (step.kind) {
      case 'send': {
        const root = step.threaded ? sent.find((event) => event.root === undefined)?.eventId : undefined;
        const mentions = step.mentions === null ? {} : { 'm.mentions': { user_ids: [this.person(step.mentions)] } };
        const relation = root === undefined ? {} : { 'm.relates_to': { rel_type: 'm.thread', event_id: root } };
        sent.push({
          eventId: await world.send(roomId, actor, `text ${this.#count}`, { ...mentions, ...relation }),
          root,
        });
        return;
      }
      case 'join':
      case 'leave':
        return world.setMembership(roomId, actor, step.kind);
      case 'invite':
        return world.setMembership(roomId, actor, 'invite', this.person(step.target));
      case 'kick':
        return world.setMembership(roomId, actor, 'leave', this.person(step.target));
      case 'ban':
        return world.setMembership(roomId, actor, 'ban', this.person(step.target));
      case 'knock':
        return world.setMembership(roomId, actor, 'knock');
      case 'rename': {
        if ((await world.roomEvents.getRoom(roomId)).membershipOf(actor) !== 'join') return;
        const content = { membership: 'join', displayname: `name ${this.#count}` };
        await world.roomEvents.append(roomId, [{ type: 'm.room.member', stateKey: actor, sender: actor, content }]);
        return;
      }
      case 'topic':
        await world.roomEvents.append(roomId, [
          { type: 'm.room.topic', stateKey: '', sender: actor, content: { topic: `topic ${this.#count}` } },
        ]);
        return;
      case 'redact': {
        const target = sent.at(-1);
        if (target === undefined) return;
        await world.roomEvents.append(roomId, [
          { type: 'm.room.redaction', sender: actor, content: {}, redacts: target.eventId as EventId },
        ]);
        sent.pop();
        return;
      }
      case 'typing':
        if ((await world.roomEvents.getRoom(roomId)).membershipOf(actor) !== 'join') return;
        return world.typing.start(actor, roomId, 100_000);
      case 'read': {
        const event = sent.at(-1 - step.back);
        if (event === undefined) return;
        const threadId = step.threaded ? (event.root ?? 'main') : undefined;
        return world.receipts.move({
          userId: actor,
          roomId,
          type: step.isPrivate ? 'm.read.private' : 'm.read',
          eventId: event.eventId as EventId,
          threadId,
        });
      }
      case 'mute':
        return world.pushRules.put(actor, 'room', roomId, { actions: [] }, {});
      case 'tag':
        return world.accountData.put(actor, roomId, 'm.tag', { tags: { [`u.${this.#count}`]: {} } });
    }
  }
}

const shapes: Readonly<Record<string, AskOptions>> = {
  'as it always was': {},
  'with state after the timeline': { stateAfter: ['state_after'] },
  'with short timelines and threads apart': {
    filter: { room: { timeline: { limit: 2, unread_thread_notifications: true } } },
  },
  'with members loaded lazily': { filter: { room: { state: { lazy_load_members: true }, timeline: { limit: 2 } } } },
  'with few types in the timeline': { filter: { room: { timeline: { types: ['m.room.message'], limit: 3 } } } },
};

test.each(Object.entries(shapes))(
  'what a client knew and the changes since are what a new client is told, %s',
  async (name, shape) => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (steps) => {
        runs += 1;
        const people = Array.from({ length: PEOPLE }, (_unused, index) => userNamed(`person${runs}-${index}`));
        await addAccounts(database, people);
        const history = new History(await openWorld(database, runs), people);
        await history.start();
        const models = people.map(() => new ClientModel(shape.stateAfter !== undefined));
        const update = async (index: number): Promise<void> => {
          const model = models[index] ?? expect.unreachable();
          model.apply(
            await history.world.ask(history.person(index), { ...shape, since: model.since, deviceId: 'OLD' }),
          );
        };
        for (const step of steps) {
          if (step.kind === 'sync') await update(step.actor);
          else if (step.kind === 'restart') {
            // What was not written behind the sends is read from the events again, as after a crash.
            history.world.typing.dispose();
            history.world = await openWorld(database, runs + 1_000_000, history.world);
          } else await history.perform(step);
        }
        for (const index of people.keys()) {
          await update(index);
          const fresh = new ClientModel(shape.stateAfter !== undefined);
          fresh.apply(await history.world.ask(history.person(index), { ...shape, deviceId: 'NEW' }));
          // An older client may know more members than a new one that loads them lazily, but none otherwise.
          if (name.includes('lazily')) expect(models[index]?.snapshot()).toMatchObject(fresh.snapshot());
          else expect(models[index]?.snapshot()).toEqual(fresh.snapshot());
        }
        history.world.typing.dispose();
      }),
      { numRuns: Number(process.env['STAFETTE_LAW_RUNS'] ?? 12), endOnFailure: false },
    );
  },
  120_000,
);
