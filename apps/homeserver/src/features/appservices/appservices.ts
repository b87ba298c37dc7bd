import { exclusive } from '@stafette/contracts';
import type { RoomAlias, ServerName, UserId } from '@stafette/protocol';
import type { ActingService } from '../../http/requester.ts';
import { Appservice } from './appservice.ts';
import type { AppserviceRegistration } from './registration.ts';

/** The application services of this server, which the operator registered; they stay the same until a restart. */
export class Appservices {
  readonly all: readonly Appservice[];
  readonly #byTokenHash: ReadonlyMap<string, Appservice>;

  constructor(registrations: readonly AppserviceRegistration[], serverName: ServerName) {
    this.all = registrations.map((registration) => new Appservice(registration, serverName));
    this.#byTokenHash = new Map(this.all.map((service) => [service.tokenHash, service]));
  }

  /** By the hash of its token, in base64: how long a look-up takes tells nothing about the token. */
  readonly findByTokenHash = (tokenHash: string): Appservice | undefined => this.#byTokenHash.get(tokenHash);

  /** Throws M_EXCLUSIVE unless the account may be made by `service`, or, without one, by anybody. */
  readonly assertUserAllowed = (userId: UserId, service?: ActingService): void => {
    if (service !== undefined && !service.ownsUser(userId))
      throw exclusive('This user is not in a namespace of the application service');
    if (this.all.some((other) => other.id !== service?.id && other.ownsUserAlone(userId)))
      throw exclusive('This name is reserved for an application service');
  };

  /** The same for an alias. */
  readonly assertAliasAllowed = (alias: RoomAlias, service: ActingService | undefined): void => {
    if (service !== undefined && !service.ownsAlias(alias))
      throw exclusive('This alias is not in a namespace of the application service');
    if (this.all.some((other) => other.id !== service?.id && other.ownsAliasAlone(alias)))
      throw exclusive('This alias is reserved for an application service');
  };
}
