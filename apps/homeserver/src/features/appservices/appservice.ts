import { createHash } from 'node:crypto';
import { getUserId, type RoomAlias, type RoomId, type ServerName, type UserId } from '@stafette/protocol';
import type { ActingService } from '../../http/requester.ts';
import type { Namespace, AppserviceRegistration } from './registration.ts';

const isIn = (namespaces: readonly Namespace[], identifier: string): boolean =>
  namespaces.some(({ test }) => test(identifier));

/** A registered application service: what belongs to it. */
export class Appservice implements ActingService {
  readonly id: string;
  readonly senderId: UserId;
  readonly isRateLimited: boolean;
  readonly registration: AppserviceRegistration;
  /** SHA-256 of the token that it shows, in base64. */
  readonly tokenHash: string;
  /** What ids of users of this server end with. */
  readonly #localEnding: string;
  readonly #exclusiveUsers: readonly Namespace[];
  readonly #exclusiveAliases: readonly Namespace[];

  constructor(registration: AppserviceRegistration, serverName: ServerName) {
    this.id = registration.id;
    this.senderId = getUserId(`@${registration.senderLocalpart}:${serverName}`);
    this.isRateLimited = registration.isRateLimited;
    this.registration = registration;
    this.tokenHash = createHash('sha256').update(registration.asToken).digest('base64');
    this.#localEnding = `:${serverName}`;
    this.#exclusiveUsers = registration.namespaces.users.filter(({ isExclusive }) => isExclusive);
    this.#exclusiveAliases = registration.namespaces.aliases.filter(({ isExclusive }) => isExclusive);
  }

  /** Users of other servers are in no namespace, whatever the pattern. */
  ownsUser(userId: UserId): boolean {
    return this.#isOwn(userId, this.registration.namespaces.users);
  }

  /** As {@link ownsUser}, where nobody else may have the user: what is private to them is the service's too. */
  ownsUserAlone(userId: UserId): boolean {
    return this.#isOwn(userId, this.#exclusiveUsers);
  }

  ownsAlias(alias: RoomAlias): boolean {
    return isIn(this.registration.namespaces.aliases, alias);
  }

  ownsAliasAlone(alias: RoomAlias): boolean {
    return isIn(this.#exclusiveAliases, alias);
  }

  watchesRoom(roomId: RoomId): boolean {
    return isIn(this.registration.namespaces.rooms, roomId);
  }

  #isOwn(userId: UserId, namespaces: readonly Namespace[]): boolean {
    return userId.endsWith(this.#localEnding) && (userId === this.senderId || isIn(namespaces, userId));
  }
}
