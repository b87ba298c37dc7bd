import type { DeviceId, UserId } from '@stafette/protocol';

/** Who asks, as the account gate found it. Everything that depends on the state of an account was decided there. */
export interface Requester {
  readonly userId: UserId;
  /** Absent for an application service that acts without a device. */
  readonly deviceId: DeviceId | undefined;
  /** Identifies the session for log-out and for transaction ids, which survive a token refresh. */
  readonly sessionId: number | undefined;
  readonly kind: 'user' | 'guest' | 'appservice';
  readonly isAdmin: boolean;
  readonly isSuspended: boolean;
  readonly isLocked: boolean;
}

/**
 * The one gate between a token and an account: refuses unknown, expired and deactivated. Implemented by
 * `features/identity`; called by `http/bind-endpoints.ts` alone.
 */
export interface AccountGate {
  /**
   * Throws the specification's error when the token is not good. `onBehalfOf` is an application service's `user_id`; `ip`
   * is noted as the address of the device.
   */
  authenticate(
    token: string,
    onBehalfOf: { readonly userId?: string; readonly deviceId?: string },
    ip?: string,
  ): Promise<Requester>;
}
