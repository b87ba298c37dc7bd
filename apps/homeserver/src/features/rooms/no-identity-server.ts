import { MatrixError } from '@stafette/contracts';

/**
 * The answer to invitations by mail address or phone number: whom they belong to is known to identity servers, and this
 * server asks none. https://spec.matrix.org/v1.19/client-server-api/#third-party-invites
 */
export const noIdentityServer = (): MatrixError =>
  new MatrixError(403, 'M_SERVER_NOT_TRUSTED', 'This server asks no identity server: invite people by their user id');
