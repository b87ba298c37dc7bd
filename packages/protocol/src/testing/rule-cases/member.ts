import type { AuthPdu } from '../../event-auth/auth-input.ts';
import type { JsonObject } from '../../json.ts';
import type { RuleCase } from './rule-case.ts';
import { anna, bernd, clara, type EventDraft, type TestRoom } from '../test-room.ts';

function member(
  room: TestRoom,
  userId: string,
  membership: string,
  sender: string = userId,
  extra: JsonObject = {},
  draft: Partial<EventDraft> = {},
): AuthPdu {
  const content = { membership, ...extra };
  return room.build({ type: 'm.room.member', sender, stateKey: userId, content, ...draft });
}

/** Anna has all power, Bernd 50; both are in the room, and anybody may join. */
export function arrangeRoom(room: TestRoom): void {
  room.putMember(anna, 'join');
  putLevels(room, {});
  room.putJoinRule('public');
  room.putMember(bernd, 'join');
}

/** Power levels with Anna and Bernd in them; where creators are privileged, Anna is not named. */
export function putLevels(room: TestRoom, content: JsonObject, users: JsonObject = {}): void {
  const creators = room.version.creatorsArePrivileged ? {} : { [anna]: 100 };
  room.putPowerLevels({ ...content, users: { ...creators, [bernd]: 50, ...users } });
}

const general: readonly RuleCase[] = [
  {
    rule: 'member.format',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'join'),
    refuse: (room) => member(room, clara, 'join', clara, {}, { content: {} }),
  },
  {
    rule: 'member.authorised.signature',
    arrange: (room) => {
      arrangeRoom(room);
      room.putJoinRule('restricted');
    },
    accept: (room) => member(room, clara, 'join', clara, { join_authorised_via_users_server: bernd }),
    refuse: (room) => member(room, clara, 'join', clara, { join_authorised_via_users_server: '@x:unsigned.example' }),
  },
  {
    rule: 'member.otherwise',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'join'),
    refuse: (room) => member(room, clara, 'visit'),
  },
];

const join: readonly RuleCase[] = [
  {
    rule: 'member.join.creator',
    refusedBy: 'member.join.otherwise',
    accept: (room) => member(room, anna, 'join'),
    refuse: (room) => member(room, bernd, 'join'),
  },
  {
    rule: 'member.join.sender',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'join'),
    refuse: (room) => member(room, clara, 'join', anna),
  },
  {
    rule: 'member.join.banned',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'join'),
    refuse: (room) => {
      room.putMember(clara, 'ban', anna);
      return member(room, clara, 'join');
    },
  },
  {
    rule: 'member.join.invited',
    refusedBy: 'member.join.otherwise',
    arrange: (room) => {
      arrangeRoom(room);
      room.putJoinRule('invite');
    },
    accept: (room) => {
      room.putMember(clara, 'invite', anna);
      return member(room, clara, 'join');
    },
    refuse: (room) => member(room, clara, 'join'),
  },
  {
    rule: 'member.join.restricted.member',
    refusedBy: 'member.join.restricted.authoriser',
    arrange: (room) => {
      arrangeRoom(room);
      room.putJoinRule('restricted');
    },
    accept: (room) => {
      room.putMember(clara, 'invite', anna);
      return member(room, clara, 'join');
    },
    refuse: (room) => member(room, clara, 'join'),
  },
  {
    rule: 'member.join.restricted.authoriser',
    arrange: (room) => {
      arrangeRoom(room);
      putLevels(room, { invite: 50 });
      room.putMember('@low:b.example', 'join');
      room.putJoinRule('restricted');
    },
    accept: (room) => member(room, clara, 'join', clara, { join_authorised_via_users_server: bernd }),
    refuse: (room) => member(room, clara, 'join', clara, { join_authorised_via_users_server: '@low:b.example' }),
  },
  {
    rule: 'member.join.restricted.otherwise',
    refusedBy: 'member.join.restricted.authoriser',
    arrange: (room) => {
      arrangeRoom(room);
      room.putJoinRule('restricted');
    },
    accept: (room) => member(room, clara, 'join', clara, { join_authorised_via_users_server: bernd }),
    refuse: (room) => {
      room.putMember(bernd, 'leave');
      return member(room, clara, 'join', clara, { join_authorised_via_users_server: bernd });
    },
  },
  {
    rule: 'member.join.public',
    refusedBy: 'member.join.otherwise',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'join'),
    refuse: (room) => {
      room.putJoinRule('invite');
      return member(room, clara, 'join');
    },
  },
  {
    rule: 'member.join.otherwise',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'join'),
    refuse: (room) => {
      room.putJoinRule('private');
      return member(room, clara, 'join');
    },
  },
];

const invite: readonly RuleCase[] = [
  {
    rule: 'member.invite.senderJoined',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'invite', bernd),
    refuse: (room) => {
      room.putMember(bernd, 'leave');
      return member(room, clara, 'invite', bernd);
    },
  },
  {
    rule: 'member.invite.target',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'invite', anna),
    refuse: (room) => member(room, bernd, 'invite', anna),
  },
  {
    rule: 'member.invite.level',
    refusedBy: 'member.invite.otherwise',
    arrange: (room) => {
      arrangeRoom(room);
      putLevels(room, { invite: 50 });
      room.putMember('@low:b.example', 'join');
    },
    accept: (room) => member(room, clara, 'invite', bernd),
    refuse: (room) => member(room, clara, 'invite', '@low:b.example'),
  },
  {
    rule: 'member.invite.otherwise',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'invite', bernd),
    refuse: (room) => {
      putLevels(room, { invite: 51 });
      return member(room, clara, 'invite', bernd);
    },
  },
];

const leave: readonly RuleCase[] = [
  {
    rule: 'member.leave.self',
    arrange: arrangeRoom,
    accept: (room) => member(room, bernd, 'leave'),
    refuse: (room) => member(room, clara, 'leave'),
  },
  {
    rule: 'member.leave.senderJoined',
    arrange: (room) => {
      arrangeRoom(room);
      room.putMember(clara, 'join');
    },
    accept: (room) => member(room, clara, 'leave', bernd),
    refuse: (room) => {
      room.putMember(bernd, 'leave');
      return member(room, clara, 'leave', bernd);
    },
  },
  {
    rule: 'member.leave.unban',
    arrange: (room) => {
      arrangeRoom(room);
      putLevels(room, { ban: 60 });
    },
    accept: (room) => {
      room.putMember(clara, 'join');
      return member(room, clara, 'leave', bernd);
    },
    refuse: (room) => {
      room.putMember(clara, 'ban', anna);
      return member(room, clara, 'leave', bernd);
    },
  },
  {
    rule: 'member.leave.kick',
    refusedBy: 'member.leave.otherwise',
    arrange: (room) => {
      arrangeRoom(room);
      room.putMember(clara, 'join');
    },
    accept: (room) => member(room, clara, 'leave', bernd),
    refuse: (room) => {
      putLevels(room, { kick: 51 });
      return member(room, clara, 'leave', bernd);
    },
  },
  {
    rule: 'member.leave.otherwise',
    arrange: (room) => {
      arrangeRoom(room);
      room.putMember(clara, 'join');
    },
    accept: (room) => member(room, clara, 'leave', bernd),
    refuse: (room) => {
      putLevels(room, {}, { [clara]: 50 });
      return member(room, clara, 'leave', bernd);
    },
  },
];

const ban: readonly RuleCase[] = [
  {
    rule: 'member.ban.senderJoined',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'ban', bernd),
    refuse: (room) => {
      room.putMember(bernd, 'leave');
      return member(room, clara, 'ban', bernd);
    },
  },
  {
    rule: 'member.ban.level',
    refusedBy: 'member.ban.otherwise',
    arrange: arrangeRoom,
    accept: (room) => member(room, clara, 'ban', bernd),
    refuse: (room) => {
      putLevels(room, { ban: 51 });
      return member(room, clara, 'ban', bernd);
    },
  },
  {
    rule: 'member.ban.otherwise',
    arrange: arrangeRoom,
    accept: (room) => member(room, bernd, 'ban', anna),
    refuse: (room) => member(room, anna, 'ban', bernd),
  },
];

const arrangeKnock = (room: TestRoom): void => {
  arrangeRoom(room);
  room.putJoinRule('knock');
};

const knock: readonly RuleCase[] = [
  {
    rule: 'member.knock.joinRule',
    arrange: arrangeKnock,
    accept: (room) => member(room, clara, 'knock'),
    refuse: (room) => {
      room.putJoinRule('invite');
      return member(room, clara, 'knock');
    },
  },
  {
    rule: 'member.knock.sender',
    arrange: arrangeKnock,
    accept: (room) => member(room, clara, 'knock'),
    refuse: (room) => member(room, clara, 'knock', bernd),
  },
  {
    rule: 'member.knock.membership',
    refusedBy: 'member.knock.otherwise',
    arrange: arrangeKnock,
    accept: (room) => {
      room.putMember(clara, 'knock');
      return member(room, clara, 'knock');
    },
    refuse: (room) => {
      room.putMember(clara, 'invite', anna);
      return member(room, clara, 'knock');
    },
  },
  {
    rule: 'member.knock.otherwise',
    arrange: arrangeKnock,
    accept: (room) => member(room, clara, 'knock'),
    refuse: (room) => {
      room.putMember(clara, 'ban', anna);
      return member(room, clara, 'knock');
    },
  },
];

export const memberCases: readonly RuleCase[] = [...general, ...join, ...invite, ...leave, ...ban, ...knock];
