import { forbidden, MatrixError } from '@stafette/contracts';
import { parseUserId } from '@stafette/protocol';
import type { ReadTx } from '../../database/database.ts';
import type { ActingService, Requester } from '../../http/requester.ts';
import * as accounts from './account-store.ts';
import * as devices from './device-store.ts';

/** As whom a service says it acts. */
export interface Mask {
  readonly userId?: string;
  readonly deviceId?: string;
}

/**
 * Who asks when an application service acts as its sender or as one of its users. A service is never an administrator,
 * whoever its user is. https://spec.matrix.org/v1.19/application-service-api/#identity-assertion
 */
export async function findMasked(tx: ReadTx, service: ActingService, mask: Mask): Promise<Requester> {
  const userId = mask.userId === undefined ? service.senderId : parseUserId(mask.userId);
  if (userId === undefined || !service.ownsUser(userId))
    throw forbidden('The application service may not act as this user');
  const account = await accounts.find(tx, userId);
  if (account === undefined) throw forbidden('The application service has not registered this user');
  if (account.kind === 'server') throw forbidden('Nobody acts as the server');
  if (account.isDeactivated) throw new MatrixError(403, 'M_USER_DEACTIVATED', 'This user is deactivated');
  const device =
    mask.deviceId === undefined
      ? undefined
      : (await devices.list(tx, [userId])).find(({ device_id: deviceId }) => deviceId === mask.deviceId);
  if (mask.deviceId !== undefined && device === undefined)
    throw new MatrixError(400, 'M_UNKNOWN_DEVICE', 'This user has no such device');
  return {
    userId,
    deviceId: device?.device_id,
    sessionId: undefined,
    kind: 'appservice',
    isAdmin: false,
    isSuspended: account.isSuspended,
    isLocked: account.isLocked,
    service,
  };
}
