import fc from 'fast-check';
import { checkEventAuth } from '../event-auth/state-dependent.ts';
import type { Pdu } from '../events/pdu.ts';
import type { EventId } from '../identifiers.ts';
import type { RoomVersion } from '../room-versions/room-version.ts';
import { testAuthContext } from './auth-context.ts';
import { nodeCrypto } from './node-crypto.ts';
import { anna, bernd, clara, dora, TestRoom, type EventDraft } from './test-room.ts';
import type { KnownEvents } from '../state-resolution/known-events.ts';
import { resolveState } from '../state-resolution/resolve.ts';
import type { StateKey } from '../state-resolution/state-key.ts';

const users = [anna, bernd, clara, dora];
const branchCount = 3;

/** One step of a made-up history: somebody does something on one branch, which first learns what another one knows. */
export interface Step {
  readonly branch: number;
  readonly mergeFrom: number | undefined;
  readonly kind: 'join' | 'leave' | 'kick' | 'ban' | 'topic' | 'joinRule' | 'levels';
  readonly actor: string;
  readonly target: string;
  readonly level: number;
  /** How far the actor's clock is off. */
  readonly skew: number;
}

const branch = fc.nat({ max: branchCount - 1 });

export const randomSteps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    branch,
    mergeFrom: fc.option(branch, { nil: undefined, freq: 4 }),
    kind: fc.constantFrom('join', 'leave', 'kick', 'ban', 'topic', 'joinRule', 'levels'),
    actor: fc.constantFrom(...users, anna, anna),
    target: fc.constantFrom(...users),
    level: fc.constantFrom(0, 50, 100),
    skew: fc.integer({ min: -10, max: 10 }),
  }),
  { maxLength: 40 },
);

/** What became of the steps: the state of each branch, made only of events that the branch allowed. */
export interface RandomRoom {
  readonly create: Pdu;
  readonly events: KnownEvents;
  readonly stateSets: readonly ReadonlyMap<StateKey, EventId>[];
}

/** Plays the steps. An event that its branch does not allow does not happen. */
export function playRoom(version: RoomVersion, steps: readonly Step[]): RandomRoom {
  const room = new TestRoom(version);
  room.putMember(anna, 'join');
  room.putPowerLevels({ users: version.creatorsArePrivileged ? {} : { [anna]: 100 } });
  room.putJoinRule('public');
  room.putMember(bernd, 'join');
  const events: KnownEvents = {
    get: (eventId) => {
      const event = room.events.get(eventId);
      if (event === undefined) throw new Error(`no event ${eventId}`);
      return event;
    },
    isRejected: () => false,
  };
  const branches = Array.from({ length: branchCount }, () => new Map(room.state));
  const switchTo = (state: ReadonlyMap<StateKey, EventId>): void => {
    room.state.clear();
    for (const [key, eventId] of state) room.state.set(key, eventId);
  };
  steps.forEach((step, index) => {
    const own = branches[step.branch] ?? new Map();
    const other = step.mergeFrom === undefined ? undefined : branches[step.mergeFrom];
    switchTo(other === undefined ? own : resolveState(version, [own, other], events, nodeCrypto));
    const event = room.build({ ...toDraft(step, version), originServerTs: 100 + index * 5 + step.skew });
    if (checkEventAuth(event, room.lookup, version, testAuthContext).allowed) room.put(event);
    branches[step.branch] = new Map(room.state);
  });
  return { create: room.create, events, stateSets: branches };
}

function toDraft({ kind, actor, target, level }: Step, version: RoomVersion): EventDraft {
  const member = (userId: string, membership: string): EventDraft => ({
    type: 'm.room.member',
    sender: actor,
    stateKey: userId,
    content: { membership },
  });
  switch (kind) {
    case 'join':
    case 'leave':
      return member(actor, kind);
    case 'kick':
      return member(target, 'leave');
    case 'ban':
      return member(target, 'ban');
    case 'topic':
      return { type: 'm.room.topic', sender: actor, stateKey: '', content: { topic: `${actor} ${level}` } };
    case 'joinRule': {
      const content = { join_rule: level === 0 ? 'invite' : 'public' };
      return { type: 'm.room.join_rules', sender: actor, stateKey: '', content };
    }
    case 'levels': {
      const creator = version.creatorsArePrivileged ? {} : { [anna]: 100 };
      const promoted = version.creatorsArePrivileged && target === anna ? {} : { [target]: level };
      return {
        type: 'm.room.power_levels',
        sender: actor,
        stateKey: '',
        content: { users: { ...promoted, ...creator } },
      };
    }
  }
}
