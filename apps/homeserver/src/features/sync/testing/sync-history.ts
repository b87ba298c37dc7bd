import { MatrixError } from '@stafette/contracts';
import type { DeviceId, EventId, RoomId, UserId } from '@stafette/protocol';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { SyncWorld } from './sync-world.ts';

export const PEOPLE = 4;
const ROOMS = 3;
const person = fc.nat({ max: PEOPLE - 1 });
const room = fc.nat({ max: ROOMS - 1 });
export const action = fc.oneof(
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
      kind: fc.constantFrom(
        'rename' as const,
        'topic' as const,
        'redact' as const,
        'veil' as const,
        'typing' as const,
        'pause' as const,
      ),
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
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('appear' as const),
      actor: person,
      room,
      state: fc.constantFrom('online' as const, 'unavailable' as const, 'offline' as const),
      says: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mute' as const), actor: person, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tag' as const), actor: person, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('befriend' as const), actor: person, room }) },
  // `asks` picks one of several requests, where a client has more than one.
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('sync' as const), actor: person, asks: fc.nat({ max: 7 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
export type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** One history: people, rooms, and what was sent where. */
export class History {
  world: SyncWorld;
  readonly people: readonly UserId[];
  readonly rooms: RoomId[] = [];
  readonly #sent = new Map<RoomId, { readonly eventId: string; readonly root: string | undefined }[]>();
  #count = 0;
  #appearing: Promise<void>[] = [];

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
    // From the start: whoever begins to ignore somebody keeps what they were told before.
    const ignored = { ignored_users: { [this.person(1)]: {} } };
    await this.world.accountData.put(this.person(3), undefined, 'm.ignored_user_list', ignored);
    const config = { blocked_users: [this.person(0)] };
    await this.world.accountData.put(this.person(2), undefined, 'm.invite_permission_config', config);
  }

  /** Resolves when all that happened is visible. */
  async settle(): Promise<void> {
    await Promise.all(this.#appearing);
    this.#appearing = [];
    // Otherwise it would be seen at any moment after this one that somebody has become idle.
    this.world.presence.look();
    await this.world.presence.settle();
  }

  /** Ends what would go on by itself. */
  async stop(): Promise<void> {
    this.world.typing.dispose();
    await this.world.presence.stop();
    await this.settle();
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
      case 'veil': {
        const visibilities = ['shared', 'joined', 'invited', 'world_readable'];
        await world.roomEvents.append(roomId, [
          {
            type: 'm.room.history_visibility',
            stateKey: '',
            sender: actor,
            content: { history_visibility: visibilities[this.#count % visibilities.length] ?? 'shared' },
          },
        ]);
        return;
      }
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
      case 'appear': {
        const statusMsg = step.says ? `says ${this.#count}` : undefined;
        const own = { userId: actor, deviceId: 'PHONE' as DeviceId };
        // Others go on meanwhile.
        this.#appearing.push(world.presence.set(own, { state: step.state, statusMsg }));
        return;
      }
      case 'pause':
        // As long as it takes to be gone.
        world.clock.advance(30_000);
        return world.presence.look();
      case 'mute':
        return world.pushRules.put(actor, 'room', roomId, { actions: [] }, {});
      case 'tag':
        return world.accountData.put(actor, roomId, 'm.tag', {
          tags: { [this.#count % 2 === 0 ? 'm.favourite' : `u.${this.#count}`]: {} },
        });
      case 'befriend':
        return world.accountData.put(actor, undefined, 'm.direct', { '@friend:test.example': [roomId] });
    }
  }
}
