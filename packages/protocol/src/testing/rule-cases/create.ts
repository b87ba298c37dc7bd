import type { AuthPdu } from '../../event-auth/auth-input.ts';
import type { RuleCase } from './rule-case.ts';
import { checkStateIndependent } from '../../event-auth/state-independent.ts';
import { anna, bernd, type EventDraft, type TestRoom } from '../test-room.ts';
import type { JsonObject } from '../../json.ts';
import type { AuthVerdict } from '../../event-auth/verdict.ts';

const stateIndependent = (event: AuthPdu, room: TestRoom): AuthVerdict =>
  checkStateIndependent(event, room.version, room.find);

function createEvent(room: TestRoom, draft: Partial<EventDraft> & { readonly extra?: JsonObject } = {}): AuthPdu {
  const creator = room.version.createHasCreator ? { creator: anna } : {};
  const content = { room_version: room.version.id, ...creator, ...draft.extra };
  return room.build({ type: 'm.room.create', stateKey: '', sender: anna, prevEvents: [], content, ...draft });
}

const create: readonly RuleCase[] = [
  {
    rule: 'create.prevEvents',
    accept: (room) => createEvent(room),
    refuse: (room) => createEvent(room, { prevEvents: [room.create.eventId] }),
  },
  {
    rule: 'create.roomDomain',
    accept: (room) => createEvent(room),
    refuse: (room) =>
      room.version.roomIdIsCreateHash
        ? createEvent(room, { json: { type: 'm.room.create', room_id: '!room:a.example' } })
        : createEvent(room, { roomId: '!room:other.example' }),
  },
  {
    rule: 'create.roomVersion',
    accept: (room) => createEvent(room),
    refuse: (room) => createEvent(room, { extra: { room_version: '13' } }),
  },
  {
    rule: 'create.creator',
    accept: (room) => createEvent(room),
    refuse: (room) => createEvent(room, { content: { room_version: room.version.id } }),
  },
  {
    rule: 'create.additionalCreators',
    accept: (room) => createEvent(room, { extra: { additional_creators: [bernd] } }),
    refuse: (room) => createEvent(room, { extra: { additional_creators: [bernd, 'bernd'] } }),
  },
  {
    rule: 'create.otherwise',
    refusedBy: 'create.prevEvents',
    accept: (room) => createEvent(room, { content: { creator: anna } }),
    refuse: (room) => createEvent(room, { content: { creator: anna }, prevEvents: ['$before'] }),
  },
];

/** A message of a member, as its server would build it. */
function message(room: TestRoom, draft: Partial<EventDraft> = {}): AuthPdu {
  return room.build({ type: 'm.room.message', sender: anna, ...draft });
}

const withMember = (room: TestRoom): void => {
  room.putMember(anna, 'join');
  room.putPowerLevels({});
};

const authEvents: readonly RuleCase[] = [
  {
    rule: 'roomId',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => {
      room.rejected.add(room.create.eventId);
      return message(room);
    },
    check: stateIndependent,
  },
  {
    rule: 'authEvents',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => message(room, { authEvents: [...message(room).authEvents, '$unknown'] }),
    check: stateIndependent,
  },
  {
    rule: 'authEvents.duplicate',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => {
      const { authEvents } = message(room);
      return message(room, { authEvents: [...authEvents, room.putMember(anna, 'join').eventId] });
    },
    check: stateIndependent,
  },
  {
    rule: 'authEvents.selection',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => message(room, { authEvents: [...message(room).authEvents, room.putJoinRule('public').eventId] }),
    check: stateIndependent,
  },
  {
    rule: 'authEvents.rejected',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => {
      room.rejected.add(room.putMember(anna, 'join').eventId);
      return message(room);
    },
    check: stateIndependent,
  },
  {
    rule: 'authEvents.create',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => message(room, { authEvents: message(room).authEvents.slice(1) }),
    check: stateIndependent,
  },
  {
    rule: 'authEvents.room',
    arrange: withMember,
    accept: (room) => message(room),
    refuse: (room) => {
      const elsewhere = { type: 'm.room.member', sender: anna, stateKey: anna, roomId: '!elsewhere:a.example' };
      room.put({ ...elsewhere, content: { membership: 'join' } });
      return message(room);
    },
    check: stateIndependent,
  },
];

const wholeRoom: readonly RuleCase[] = [
  {
    rule: 'federate',
    create: { 'm.federate': false },
    arrange: (room) => {
      room.putMember('@other:a.example', 'join');
      room.putMember(bernd, 'join');
    },
    accept: (room) => message(room, { sender: '@other:a.example' }),
    refuse: (room) => message(room, { sender: bernd }),
  },
  {
    rule: 'aliases.stateKey',
    accept: (room) => message(room, { type: 'm.room.aliases', stateKey: 'a.example' }),
    refuse: (room) => message(room, { type: 'm.room.aliases' }),
  },
  {
    rule: 'aliases.domain',
    accept: (room) => message(room, { type: 'm.room.aliases', stateKey: 'a.example' }),
    refuse: (room) => message(room, { type: 'm.room.aliases', stateKey: 'b.example' }),
  },
  {
    rule: 'aliases.otherwise',
    refusedBy: 'aliases.domain',
    accept: (room) => message(room, { type: 'm.room.aliases', sender: bernd, stateKey: 'b.example' }),
    refuse: (room) => message(room, { type: 'm.room.aliases', sender: bernd, stateKey: 'a.example' }),
  },
];

export const createCases: readonly RuleCase[] = [...create, ...authEvents, ...wholeRoom];
