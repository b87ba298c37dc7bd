import { forbidden } from '@stafette/contracts';
import type { UserId } from '@stafette/protocol';
import type { WriteTx } from '../../database/database.ts';
import { lockAdministrators } from './account-store.ts';

/**
 * The one rule about the last administrator: whatever would take the power of the only one who can do something is refused,
 * by whomever and however it is asked. Administrators who end each other at the same moment wait for each other here.
 */
export async function assertNotLastAdministrator(tx: WriteTx, userId: UserId): Promise<void> {
  const [only, ...others] = await lockAdministrators(tx);
  if (only === userId && others.length === 0)
    throw forbidden('This is the only administrator of the server; make somebody else one first');
}
