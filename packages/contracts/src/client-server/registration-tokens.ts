import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Whether an invitation code may still be used. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity */
export const registrationTokenValidity = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/v1/register/m.login.registration_token/validity',
  auth: 'none',
  rateLimit: 'registration',
  query: Type.Object({ token: Type.String({ maxLength: 255 }) }),
  response: Type.Object({ valid: Type.Boolean() }),
  errors: ['M_FORBIDDEN'],
});
