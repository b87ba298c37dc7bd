import { encodeBase64 } from '../base64.ts';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { roomVersions } from '../room-versions/table.ts';
import { testAuthContext, signInvitation, invitationPublicKey } from '../testing/auth-context.ts';
import { getRoomVersion } from '../testing/get-room-version.ts';
import { anna, bernd, clara, dora, TestRoom, type EventDraft } from '../testing/test-room.ts';
import { arrangeRoom, putLevels } from '../testing/rule-cases/member.ts';
import { checkEventAuth } from './state-dependent.ts';
import { checkStateIndependent, stateOfAuthEvents } from './state-independent.ts';

function roomOf(id: Parameters<typeof getRoomVersion>[0]): TestRoom {
  const room = new TestRoom(getRoomVersion(id));
  arrangeRoom(room);
  return room;
}

/** The rule that stops an event, or `allowed`. */
function judge(room: TestRoom, draft: EventDraft): string {
  const event = room.build(draft);
  const independent = checkStateIndependent(event, room.version, room.find);
  const verdict = independent.allowed ? checkEventAuth(event, room.lookup, room.version, testAuthContext) : independent;
  return verdict.allowed ? 'allowed' : verdict.rule;
}

const levelsOf = (users: JsonObject, more: JsonObject = {}): EventDraft => ({
  type: 'm.room.power_levels',
  sender: anna,
  stateKey: '',
  content: { users, ...more },
});

describe('power levels', () => {
  it('as text or fractions end with the version that wants integers', () => {
    expect(judge(roomOf('9'), levelsOf({ [anna]: '100' }))).toBe('allowed');
    expect(judge(roomOf('10'), levelsOf({ [anna]: '100' }))).toBe('9.3');
    expect(judge(roomOf('5'), levelsOf({ [anna]: 100, [bernd]: 1.5 }))).toBe('allowed');
    expect(judge(roomOf('6'), levelsOf({ [anna]: 100, [bernd]: 1.5 }))).toBe('9.1');
  });

  it('that mean the same number are no change', () => {
    const room = roomOf('9');
    putLevels(room, { ban: 100, events: { 'm.room.power_levels': 50 } });
    const same = { [anna]: '100', [bernd]: ' +050 ' };
    expect(
      judge(room, { ...levelsOf(same, { ban: '100', events: { 'm.room.power_levels': '50' } }), sender: bernd }),
    ).toBe('allowed');
    expect(
      judge(room, { ...levelsOf(same, { ban: '99', events: { 'm.room.power_levels': '50' } }), sender: bernd }),
    ).toBe('9.3.1');
  });

  it('of zero count as levels: taking power away from nobody is still a change', () => {
    const room = roomOf('11');
    putLevels(room, { events: { 'm.room.power_levels': 50 } }, { [clara]: 0 });
    const promote = { [anna]: 100, [bernd]: 50, [clara]: 51 };
    expect(judge(room, { ...levelsOf(promote, { events: { 'm.room.power_levels': 50 } }), sender: bernd })).toBe(
      '9.9.1',
    );
  });

  it('let nobody demote an equal, and everybody oneself', () => {
    const room = roomOf('11');
    const events = { 'm.room.power_levels': 50 };
    putLevels(room, { events }, { [clara]: 50 });
    expect(judge(room, { ...levelsOf({ [anna]: 100, [bernd]: 50 }, { events }), sender: bernd })).toBe('9.8.1');
    expect(judge(room, { ...levelsOf({ [anna]: 100, [clara]: 50 }, { events }), sender: bernd })).toBe('allowed');
  });

  it('do not name a creator of version 12, not even at the highest level', () => {
    const room = new TestRoom(getRoomVersion('12'), { additional_creators: [clara] });
    arrangeRoom(room);
    expect(judge(room, levelsOf({ [clara]: Number.MAX_SAFE_INTEGER }))).toBe('10.4');
    expect(judge(room, levelsOf({ [dora]: Number.MAX_SAFE_INTEGER }))).toBe('allowed');
  });

  it('of notifications are guarded from version 6 on', () => {
    const events = { 'm.room.power_levels': 50 };
    const attempt = (id: '5' | '6', before: number, after: number): string => {
      const room = roomOf(id);
      putLevels(room, { events, notifications: { room: before } });
      return judge(room, {
        ...levelsOf({ [anna]: 100, [bernd]: 50 }, { events, notifications: { room: after } }),
        sender: bernd,
      });
    };
    expect([attempt('5', 60, 10), attempt('6', 60, 10)]).toEqual(['allowed', '9.4.1']);
    expect([attempt('5', 10, 60), attempt('6', 10, 60)]).toEqual(['allowed', '9.5.1']);
    expect(attempt('6', 10, 50)).toBe('allowed');
  });

  it('named by a key that is no user id are refused', () => {
    for (const key of ['anna', '@anna', '@:', '', '__proto__', `@${'a'.repeat(250)}:a.example`]) {
      expect(judge(roomOf('11'), levelsOf(JSON.parse(`{${JSON.stringify(key)}: 1}`)))).toBe('9.3');
    }
  });

  it('cannot be an array, null or text instead of a map of users', () => {
    for (const users of [[], null, 'all', 5]) {
      expect(judge(roomOf('11'), { ...levelsOf({}), content: { users } })).toBe('9.3');
    }
    expect(judge(roomOf('11'), { ...levelsOf({}), content: { users: {} } })).toBe('allowed');
  });
});

describe('a second create event', () => {
  const second = { type: 'm.room.create', sender: anna, stateKey: '', content: { creator: anna } };

  it('follows on something and is refused for it', () => {
    for (const version of roomVersions.values()) {
      const room = new TestRoom(version);
      arrangeRoom(room);
      expect(judge(room, second)).toBe('1.1');
    }
  });

  it('of version 12 makes another room, so that it authorizes nothing in this one', () => {
    const room = roomOf('12');
    const rival = room.build({ ...second, eventId: '$rival', roomId: '!rival', prevEvents: [], sender: dora });
    room.events.set(rival.eventId, rival);
    const message = { type: 'm.room.message', sender: anna };
    expect(judge(room, message)).toBe('allowed');
    expect(judge(room, { ...message, roomId: '!rival' })).toBe('3.4');
    expect(judge(room, { ...message, authEvents: [rival.eventId] })).toBe('3.2');
  });
});

describe('a membership', () => {
  it('is not set for somebody else', () => {
    const room = roomOf('11');
    for (const membership of ['join', 'knock']) {
      expect(judge(room, { type: 'm.room.member', sender: bernd, stateKey: clara, content: { membership } })).toMatch(
        /^4\.(3\.2|7\.1)$/,
      );
    }
    room.putJoinRule('knock');
    const knock = { type: 'm.room.member', sender: bernd, stateKey: clara, content: { membership: 'knock' } };
    expect(judge(room, knock)).toBe('4.7.2');
  });

  it('of the creator is no join for everybody once the room goes on', () => {
    const room = new TestRoom(getRoomVersion('11'));
    const join = { type: 'm.room.member', sender: anna, stateKey: anna, content: { membership: 'join' } };
    expect(judge(room, join)).toBe('allowed');
    expect(judge(room, { ...join, prevEvents: [room.create.eventId, '$other'] })).toBe('4.3.7');
    expect(judge(room, { ...join, prevEvents: ['$other'] })).toBe('4.3.7');
    expect(judge(room, { ...join, prevEvents: [] })).toBe('4.3.7');
  });

  it.each([[undefined], [null], [5], [['join']], [{ membership: 'join' }]])('of %j is none', (membership) => {
    const content: JsonObject = membership === undefined ? {} : { membership };
    expect(judge(roomOf('11'), { type: 'm.room.member', sender: clara, stateKey: clara, content })).toBe('4.1');
  });

  it('of ban is lifted by who has exactly the level for it', () => {
    const unban = { type: 'm.room.member', sender: bernd, stateKey: clara, content: { membership: 'leave' } };
    for (const [ban, rule] of [
      [50, 'allowed'],
      [51, '4.5.3'],
    ] as const) {
      const room = roomOf('11');
      putLevels(room, { ban });
      room.putMember(clara, 'ban', anna);
      expect(judge(room, unban)).toBe(rule);
    }
  });

  it('without a state key is refused', () => {
    expect(judge(roomOf('11'), { type: 'm.room.member', sender: clara, content: { membership: 'join' } })).toBe('4.1');
  });

  it.each(['knock', 'restricted', 'knock_restricted'])(
    'under the join rule %s gets nobody in where the version does not know it',
    (rule) => {
      for (const version of roomVersions.values()) {
        const room = new TestRoom(version);
        arrangeRoom(room);
        room.putJoinRule(rule);
        room.putMember(clara, 'invite', anna);
        const knows = {
          knock: version.allowsKnock,
          restricted: version.allowsRestrictedJoin,
          knock_restricted: version.allowsKnockRestrictedJoin,
        }[rule];
        const verdict = judge(room, {
          type: 'm.room.member',
          sender: clara,
          stateKey: clara,
          content: { membership: 'join' },
        });
        expect([version.id, verdict === 'allowed']).toEqual([version.id, knows]);
      }
    },
  );

  it('of a creator of version 12 is safe from the other creators', () => {
    const room = new TestRoom(getRoomVersion('12'), { additional_creators: [clara] });
    arrangeRoom(room);
    room.putMember(clara, 'join');
    for (const [sender, target] of [
      [anna, clara],
      [clara, anna],
    ] as const) {
      for (const [membership, rule] of [
        ['leave', '5.5.5'],
        ['ban', '5.6.3'],
      ] as const) {
        expect(judge(room, { type: 'm.room.member', sender, stateKey: target, content: { membership } })).toBe(rule);
      }
    }
  });
});

describe('a third-party invite', () => {
  const claim = (sender: string, signed: JsonObject): EventDraft => ({
    type: 'm.room.member',
    sender,
    stateKey: clara,
    content: { membership: 'invite', third_party_invite: { signed } },
  });
  const offer = (room: TestRoom, sender: string, content: JsonObject): unknown =>
    room.put({ type: 'm.room.third_party_invite', sender, stateKey: 'token', content });

  it('cannot be replayed with the token of another offer', () => {
    const room = roomOf('11');
    offer(room, bernd, { public_key: invitationPublicKey });
    const signed = signInvitation({ mxid: clara, token: 'token' });
    expect(judge(room, claim(bernd, signed))).toBe('allowed');
    expect(judge(room, claim(bernd, { ...signed, token: 'other' }))).toBe('4.4.1.5');
    room.put({
      type: 'm.room.third_party_invite',
      sender: bernd,
      stateKey: 'other',
      content: { public_key: invitationPublicKey },
    });
    expect(judge(room, claim(bernd, { ...signed, token: 'other' }))).toBe('4.4.1.8');
  });

  it('is refused under a key of small order, with which some libraries accept any signature', () => {
    const gullible = { ...testAuthContext, crypto: { ...testAuthContext.crypto, verifyEd25519: () => true } };
    const attempt = (publicKey: string): boolean => {
      const room = roomOf('11');
      offer(room, bernd, { public_key: publicKey });
      const event = room.build(claim(bernd, signInvitation({ mxid: clara, token: 'token' })));
      return checkEventAuth(event, room.lookup, room.version, gullible).allowed;
    };
    const neutralPoint = encodeBase64(Uint8Array.of(1, ...new Uint8Array(31)));
    expect([attempt(invitationPublicKey), attempt(neutralPoint)]).toEqual([true, false]);
  });

  it('is accepted under a key in the URL-safe alphabet', () => {
    const room = roomOf('11');
    offer(room, bernd, { public_key: invitationPublicKey.replaceAll('+', '-').replaceAll('/', '_') });
    expect(judge(room, claim(bernd, signInvitation({ mxid: clara, token: 'token' })))).toBe('allowed');
  });

  it('with a flood of keys and signatures is answered after a bounded number of attempts', () => {
    const room = roomOf('11');
    const bytes = (length: number, index: number): string => encodeBase64(new Uint8Array(length).fill(index));
    offer(room, bernd, {
      public_keys: Array.from({ length: 200 }, (_, index) => ({ public_key: bytes(32, index + 11) })),
    });
    const byKey = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`ed25519:${index}`, bytes(64, index)]));
    let attempts = 0;
    const crypto = { ...testAuthContext.crypto, verifyEd25519: () => (attempts++, false) };
    const event = room.build(claim(bernd, { mxid: clara, token: 'token', signatures: { 'identity.example': byKey } }));
    expect(checkEventAuth(event, room.lookup, room.version, { ...testAuthContext, crypto }).allowed).toBe(false);
    expect(attempts).toBeGreaterThan(0);
    expect(attempts).toBeLessThanOrEqual(1024);
  });
});

describe('the state of the auth events', () => {
  it('leaves rejected ones out, and in version 12 holds the create event', () => {
    for (const id of ['11', '12'] as const) {
      const room = roomOf(id);
      const message = room.build({ type: 'm.room.message', sender: anna });
      const state = stateOfAuthEvents(message, room.version, room.find);
      expect(state('m.room.create', '')).toBe(room.create);
      expect(checkEventAuth(message, state, room.version, testAuthContext)).toEqual({ allowed: true });
      room.rejected.add(message.authEvents.at(-1) ?? room.create.eventId);
      const reduced = stateOfAuthEvents(message, room.version, room.find);
      expect(checkEventAuth(message, reduced, room.version, testAuthContext)).toMatchObject({ allowed: false });
    }
  });

  it('without a create event allows nothing', () => {
    for (const version of roomVersions.values()) {
      const room = new TestRoom(version);
      const message = room.build({ type: 'm.room.message', sender: anna });
      const verdict = checkEventAuth(message, () => undefined, version, testAuthContext);
      expect(verdict).toMatchObject({ allowed: false, rule: version.roomIdIsCreateHash ? '2' : '2.4' });
    }
  });
});
