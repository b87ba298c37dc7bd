import type { clientServer, ResponseOf } from '@stafette/contracts';
import { GRANT_TYPES } from './client-metadata.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#account-management-url-actions */
export const ACCOUNT_ACTIONS = [
  'org.matrix.profile',
  'org.matrix.devices_list',
  'org.matrix.device_view',
  'org.matrix.device_delete',
  'org.matrix.account_deactivate',
  'org.matrix.cross_signing_reset',
] as const;

/** Identifies this server to clients: RFC 8414 section 2. */
export const issuerOf = (publicUrl: string): string => `${publicUrl}/`;

export const accountUrlOf = (publicUrl: string): string => `${publicUrl}/_stafette/account`;

export const metadataOf = (publicUrl: string): ResponseOf<typeof clientServer.getAuthMetadata> => ({
  issuer: issuerOf(publicUrl),
  authorization_endpoint: `${publicUrl}/_stafette/oauth/authorize`,
  token_endpoint: `${publicUrl}/_stafette/oauth/token`,
  revocation_endpoint: `${publicUrl}/_stafette/oauth/revoke`,
  registration_endpoint: `${publicUrl}/_stafette/oauth/register`,
  device_authorization_endpoint: `${publicUrl}/_stafette/oauth/device`,
  account_management_uri: accountUrlOf(publicUrl),
  account_management_actions_supported: [...ACCOUNT_ACTIONS],
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'fragment'],
  grant_types_supported: [...GRANT_TYPES],
  code_challenge_methods_supported: ['S256'],
  prompt_values_supported: ['create'],
  scopes_supported: ['urn:matrix:client:api:*'],
  token_endpoint_auth_methods_supported: ['none'],
  revocation_endpoint_auth_methods_supported: ['none'],
  authorization_response_iss_parameter_supported: true,
});
