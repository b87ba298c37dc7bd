import type { DeviceId, RoomAlias, ServerName, UserId } from '@stafette/protocol';
import type { ReceivedRequest } from './auth/server-signature.ts';

/** An application service, as the account gate knows it by its token. */
export interface ActingService {
  readonly id: string;
  readonly senderId: UserId;
  /** Whether its users are limited like people. The sender never is. */
  readonly isRateLimited: boolean;
  /** Whether it may act as the user: its sender, or somebody in one of its namespaces. */
  ownsUser(userId: UserId): boolean;
  ownsAlias(alias: RoomAlias): boolean;
}

/** Who asks, as the account gate found it. Everything that depends on the state of an account was decided there. */
export interface Requester {
  readonly userId: UserId;
  /** Absent for an application service that acts without a device, and for an administrator who acts as somebody. */
  readonly deviceId: DeviceId | undefined;
  /** Identifies the session for log-out and for transaction ids, which survive a token refresh. */
  readonly sessionId: number | undefined;
  readonly kind: 'user' | 'guest' | 'appservice';
  readonly isAdmin: boolean;
  readonly isSuspended: boolean;
  readonly isLocked: boolean;
  /** The service that asks, for itself or for one of its users; absent for everybody else. */
  readonly service?: ActingService;
  /** The administrator who acts as the user, and the hash of the token. */
  readonly acting?: { readonly administrator: UserId; readonly tokenHash: Uint8Array };
}

/**
 * The one gate between a token and an account: refuses unknown, expired and deactivated. Implemented by
 * `features/identity`; called by `http/bind-endpoints.ts` alone.
 */
export interface AccountGate {
  /**
   * Throws the specification's error when the token is not good. `onBehalfOf` is an application service's `user_id`; `ip`
   * and `userAgent` are noted as the address and the program of the device.
   */
  authenticate(
    token: string,
    onBehalfOf: { readonly userId?: string; readonly deviceId?: string },
    ip?: string,
    userAgent?: string,
  ): Promise<Requester>;
  /** Whether the token is an application service's. */
  isServiceToken(token: string): boolean;
}

/** The one gate for requests of other servers: `auth/server-signature.ts`. */
export interface ServerGate {
  /** Throws M_FORBIDDEN for a server that is not listened to, M_UNAUTHORIZED when the request is not its own. */
  authenticate(request: ReceivedRequest): Promise<ServerName>;
}
