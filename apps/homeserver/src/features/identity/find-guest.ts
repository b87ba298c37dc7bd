import { forbidden, MatrixError, missingParam } from '@stafette/contracts';
import { localpartOf, type UserId } from '@stafette/protocol';
import type { AccountGate, Requester } from '../../http/requester.ts';
import type { Accounts } from './accounts.ts';

/**
 * The guest who wants a person's account, by the token. Throws M_FORBIDDEN when the token is no guest's, M_MISSING_PARAM and
 * M_INVALID_USERNAME when the name is not the guest's own, and M_USER_SUSPENDED.
 */
export type FindGuest = (token: string, username: string | undefined) => Promise<UserId>;

/** https://spec.matrix.org/v1.19/client-server-api/#guest-access */
export const createFindGuest =
  ({ accounts, gate }: { readonly accounts: Accounts; readonly gate: AccountGate }): FindGuest =>
  async (token, username) => {
    const guest = await findRequester(gate, token);
    // Not a 401: a client would take that for the next question, or for the end of its session.
    if (guest?.kind !== 'guest' || guest.acting !== undefined) throw forbidden('This is not the token of a guest');
    await accounts.assertMayWrite(guest.userId);
    if (username === undefined) throw missingParam('A guest says which name the account has');
    if (username !== localpartOf(guest.userId))
      throw new MatrixError(400, 'M_INVALID_USERNAME', 'The account of a guest keeps its name');
    return guest.userId;
  };

async function findRequester(gate: AccountGate, token: string): Promise<Requester | undefined> {
  try {
    return await gate.authenticate(token, {});
  } catch (error) {
    if (error instanceof MatrixError) return undefined;
    throw error;
  }
}
