import type { Person } from './person.ts';

export interface RoomMember extends Person {
  readonly membership: 'joined' | 'invited';
  readonly role: 'creator' | 'admin' | 'moderator' | 'member';
  readonly isSelf: boolean;
  /** `changed`: was verified once and has new keys since. `unknown`: has not set up encryption. */
  readonly trust: 'verified' | 'unverified' | 'changed' | 'unknown';
}
