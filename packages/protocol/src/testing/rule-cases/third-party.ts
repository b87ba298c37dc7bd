import type { AuthPdu } from '../../event-auth/auth-input.ts';
import type { JsonObject } from '../../json.ts';
import type { RuleCase } from './rule-case.ts';
import { arrangeRoom } from './member.ts';
import { signInvitation, invitationPublicKey } from '../auth-context.ts';
import { anna, bernd, clara, type TestRoom } from '../test-room.ts';

/** Bernd has offered somebody an invitation under a token, to be claimed with the identity server's signature. */
function arrangeOffer(room: TestRoom): void {
  arrangeRoom(room);
  const content = { public_key: invitationPublicKey };
  room.put({ type: 'm.room.third_party_invite', sender: bernd, stateKey: 'token', content });
}

const signed = signInvitation({ mxid: clara, token: 'token' });

function claim(room: TestRoom, invite: JsonObject, sender: string = bernd, target: string = clara): AuthPdu {
  const content = { membership: 'invite', third_party_invite: invite };
  return room.build({ type: 'm.room.member', sender, stateKey: target, content });
}

const valid = (room: TestRoom): AuthPdu => claim(room, { signed });

export const thirdPartyCases: readonly RuleCase[] = [
  {
    rule: 'member.invite.thirdParty.banned',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => {
      room.putMember(clara, 'ban', anna);
      return valid(room);
    },
  },
  {
    rule: 'member.invite.thirdParty.signed',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => claim(room, { display_name: 'Clara' }),
  },
  {
    rule: 'member.invite.thirdParty.fields',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => claim(room, { signed: signInvitation({ mxid: clara }) }),
  },
  {
    rule: 'member.invite.thirdParty.mxid',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => claim(room, { signed }, bernd, '@thief:d.example'),
  },
  {
    rule: 'member.invite.thirdParty.token',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => claim(room, { signed: signInvitation({ mxid: clara, token: 'other' }) }),
  },
  {
    rule: 'member.invite.thirdParty.sender',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => claim(room, { signed }, anna),
  },
  {
    rule: 'member.invite.thirdParty.signature',
    refusedBy: 'member.invite.thirdParty.otherwise',
    arrange: arrangeOffer,
    accept: (room) => {
      const keys = [{ public_key: 'not a key' }, { public_key: invitationPublicKey }];
      room.put({ type: 'm.room.third_party_invite', sender: bernd, stateKey: 'token', content: { public_keys: keys } });
      return valid(room);
    },
    refuse: (room) => {
      const keys = [{ public_key: 'not a key' }];
      room.put({ type: 'm.room.third_party_invite', sender: bernd, stateKey: 'token', content: { public_keys: keys } });
      return valid(room);
    },
  },
  {
    rule: 'member.invite.thirdParty.otherwise',
    arrange: arrangeOffer,
    accept: valid,
    refuse: (room) => claim(room, { signed: { ...signed, extra: 'not signed' } }),
  },
];
