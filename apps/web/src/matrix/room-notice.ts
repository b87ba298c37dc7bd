import { KnownMembership, type MatrixEvent } from 'matrix-js-sdk';
import type { Person } from '../model/person.ts';
import type { RoomNotice } from '../model/timeline-item.ts';

type PersonOf = (userId: string) => Person;

/** What a state event tells people, or undefined where there is nothing to tell. */
export function noticeOf(event: MatrixEvent, personOf: PersonOf): RoomNotice | undefined {
  const by = personOf(event.getSender() ?? '');
  const content: Readonly<Record<string, unknown>> = event.getContent();
  switch (event.getType()) {
    case 'm.room.create':
      return { kind: 'created', by };
    case 'm.room.encryption':
      return { kind: 'encrypted', by };
    case 'm.room.name':
      return typeof content['name'] === 'string' ? { kind: 'renamed', by, name: content['name'] } : undefined;
    case 'm.room.topic':
      return typeof content['topic'] === 'string' ? { kind: 'topic', by, topic: content['topic'] } : undefined;
    case 'm.room.member':
      return membershipNotice(event, by, personOf);
    default:
      return undefined;
  }
}

function membershipNotice(event: MatrixEvent, by: Person, personOf: PersonOf): RoomNotice | undefined {
  const content: Readonly<Record<string, unknown>> = event.getContent();
  const before: Readonly<Record<string, unknown>> = event.getPrevContent();
  const named = typeof content['displayname'] === 'string' ? content['displayname'] : undefined;
  const userId = event.getStateKey() ?? '';
  const known = personOf(userId);
  const subject = { userId, name: named ?? known.name };
  const isOwnDoing = by.userId === userId;
  switch (content['membership']) {
    case KnownMembership.Join:
      if (before['membership'] !== KnownMembership.Join) return { kind: 'joined', subject, by };
      return typeof before['displayname'] === 'string' && named !== undefined && before['displayname'] !== named
        ? { kind: 'named-self', by, from: before['displayname'], to: named }
        : undefined;
    case KnownMembership.Invite:
      return { kind: 'invited', subject, by };
    case KnownMembership.Ban:
      return { kind: 'banned', subject, by };
    case KnownMembership.Leave:
      if (before['membership'] === KnownMembership.Ban) return { kind: 'unbanned', subject: known, by };
      if (before['membership'] === KnownMembership.Invite)
        return { kind: isOwnDoing ? 'declined' : 'withdrawn', subject: known, by };
      return { kind: isOwnDoing ? 'left' : 'removed', subject: known, by };
    default:
      return undefined;
  }
}
