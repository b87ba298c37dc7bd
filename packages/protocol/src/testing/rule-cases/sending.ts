import type { AuthPdu } from '../../event-auth/auth-input.ts';
import type { JsonObject } from '../../json.ts';
import type { RuleCase } from './rule-case.ts';
import { arrangeRoom, putLevels } from './member.ts';
import { anna, bernd, clara, type EventDraft, type TestRoom } from '../test-room.ts';

function send(room: TestRoom, draft: Partial<EventDraft> = {}): AuthPdu {
  return room.build({ type: 'm.room.message', sender: bernd, ...draft });
}

const general: readonly RuleCase[] = [
  {
    rule: 'senderJoined',
    arrange: arrangeRoom,
    accept: (room) => send(room),
    refuse: (room) => send(room, { sender: clara }),
  },
  {
    rule: 'thirdPartyInvite.level',
    arrange: (room) => {
      arrangeRoom(room);
      putLevels(room, { invite: 50, events: { 'm.room.third_party_invite': 0 } });
      room.putMember(clara, 'join');
    },
    accept: (room) => send(room, { type: 'm.room.third_party_invite', stateKey: 'token' }),
    refuse: (room) => send(room, { type: 'm.room.third_party_invite', stateKey: 'token', sender: clara }),
  },
  {
    rule: 'requiredLevel',
    arrange: arrangeRoom,
    accept: (room) => send(room, { type: 'm.room.topic', stateKey: '' }),
    refuse: (room) => {
      putLevels(room, { events: { 'm.room.topic': 51 } });
      return send(room, { type: 'm.room.topic', stateKey: '' });
    },
  },
  {
    rule: 'userStateKey',
    arrange: arrangeRoom,
    accept: (room) => send(room, { type: 'org.example.mood', stateKey: bernd }),
    refuse: (room) => send(room, { type: 'org.example.mood', stateKey: anna }),
  },
  {
    rule: 'redaction.level',
    refusedBy: 'redaction.otherwise',
    arrange: arrangeRoom,
    accept: (room) => send(room, { type: 'm.room.redaction', redacts: '$any:a.example' }),
    refuse: (room) => {
      putLevels(room, { redact: 51 });
      return send(room, { type: 'm.room.redaction', redacts: '$any:a.example' });
    },
  },
  {
    rule: 'redaction.domain',
    refusedBy: 'redaction.otherwise',
    arrange: (room) => {
      arrangeRoom(room);
      room.putMember(clara, 'join');
    },
    accept: (room) => send(room, { type: 'm.room.redaction', sender: clara, redacts: '$own:c.example' }),
    refuse: (room) => send(room, { type: 'm.room.redaction', sender: clara, redacts: '$other:a.example' }),
  },
  {
    rule: 'redaction.otherwise',
    arrange: arrangeRoom,
    accept: (room) => send(room, { type: 'm.room.redaction', redacts: '$any:a.example' }),
    refuse: (room) => {
      putLevels(room, {}, { [bernd]: 49 });
      return send(room, { type: 'm.room.redaction', redacts: '$any:a.example' });
    },
  },
  {
    rule: 'otherwise',
    refusedBy: 'requiredLevel',
    arrange: arrangeRoom,
    accept: (room) => send(room),
    refuse: (room) => {
      putLevels(room, { events_default: 51 });
      return send(room);
    },
  },
];

/** Bernd, at 50, may change power levels. */
function arrangeLevels(room: TestRoom): void {
  arrangeRoom(room);
  putLevels(room, before, beforeUsers);
}

const before = { events: { 'm.room.power_levels': 50, 'm.room.topic': 60, 'm.room.name': 40 }, ban: 60, kick: 40 };
const beforeUsers = { [clara]: 40, '@equal:c.example': 50 };

/** New power levels by Bernd that differ from those before in what is given. */
function change(room: TestRoom, content: JsonObject, users: JsonObject = {}): AuthPdu {
  const creators = room.version.creatorsArePrivileged ? {} : { [anna]: 100 };
  return send(room, {
    type: 'm.room.power_levels',
    stateKey: '',
    content: { ...before, ...content, users: { ...creators, [bernd]: 50, ...beforeUsers, ...users } },
  });
}

const powerLevels: readonly RuleCase[] = [
  {
    rule: 'powerLevels.integers',
    arrange: arrangeLevels,
    accept: (room) => change(room, { redact: 50 }),
    refuse: (room) => change(room, { redact: '50' }),
  },
  {
    rule: 'powerLevels.maps',
    arrange: arrangeLevels,
    accept: (room) => change(room, { notifications: { room: 50 } }),
    refuse: (room) => change(room, { notifications: { room: '50' } }),
  },
  {
    rule: 'powerLevels.users',
    arrange: arrangeLevels,
    accept: (room) => change(room, {}, { '@new:c.example': 1 }),
    refuse: (room) => change(room, {}, { 'new:c.example': 1 }),
  },
  {
    rule: 'powerLevels.creators',
    arrange: arrangeLevels,
    accept: (room) => change(room, {}, { '@new:c.example': 1 }),
    refuse: (room) => change(room, {}, { [anna]: 1 }),
  },
  {
    rule: 'powerLevels.first',
    refusedBy: 'powerLevels.property.new',
    arrange: (room) => void room.putMember(anna, 'join'),
    accept: (room) => send(room, { type: 'm.room.power_levels', sender: anna, stateKey: '', content: { kick: 1e9 } }),
    refuse: (room) => {
      arrangeLevels(room);
      return change(room, { kick: 1e9 });
    },
  },
  {
    rule: 'powerLevels.property.current',
    arrange: arrangeLevels,
    accept: (room) => change(room, { kick: 30 }),
    refuse: (room) => change(room, { ban: 30 }),
  },
  {
    rule: 'powerLevels.property.new',
    arrange: arrangeLevels,
    accept: (room) => change(room, { kick: 50 }),
    refuse: (room) => change(room, { kick: 51 }),
  },
  {
    rule: 'powerLevels.oldEntry.current',
    arrange: arrangeLevels,
    accept: (room) => change(room, { events: { ...before.events, 'm.room.name': 50 } }),
    refuse: (room) => change(room, { events: { ...before.events, 'm.room.topic': 50 } }),
  },
  {
    rule: 'powerLevels.newEntry.new',
    arrange: arrangeLevels,
    accept: (room) => change(room, { events: { ...before.events, 'm.room.avatar': 50 } }),
    refuse: (room) => change(room, { events: { ...before.events, 'm.room.avatar': 51 } }),
  },
  {
    rule: 'powerLevels.oldUser.current',
    arrange: arrangeLevels,
    accept: (room) => change(room, {}, { [clara]: 0, [bernd]: 0 }),
    refuse: (room) => change(room, {}, { '@equal:c.example': 0 }),
  },
  {
    rule: 'powerLevels.newUser.new',
    arrange: arrangeLevels,
    accept: (room) => change(room, {}, { [clara]: 50 }),
    refuse: (room) => change(room, {}, { [clara]: 51 }),
  },
  {
    rule: 'powerLevels.otherwise',
    refusedBy: 'powerLevels.newUser.new',
    arrange: arrangeLevels,
    accept: (room) => change(room, {}),
    refuse: (room) => change(room, {}, { '@new:c.example': 51 }),
  },
];

export const sendingCases: readonly RuleCase[] = [...general, ...powerLevels];
