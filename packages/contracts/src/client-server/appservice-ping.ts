import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';

/** Lets a service find out whether the server reaches it. https://spec.matrix.org/v1.19/application-service-api/#post_matrixclientv1appserviceappserviceidping */
export const pingAppservice = defineEndpoint({
  method: 'POST',
  path: '/_matrix/client/v1/appservice/:appserviceId/ping',
  aliases: ['/_matrix/client/unstable/fi.mau.msc2659/appservice/:appserviceId/ping'],
  auth: 'appservice',
  rateLimit: 'read',
  params: Type.Object({ appserviceId: Type.String({ minLength: 1, maxLength: 255 }) }),
  body: Type.Object({ transaction_id: Type.Optional(Type.String({ maxLength: 255 })) }),
  bodyOptional: true,
  response: Type.Object({ duration_ms: Type.Integer() }),
  errors: ['M_FORBIDDEN', 'M_URL_NOT_SET', 'M_BAD_STATUS', 'M_CONNECTION_FAILED', 'M_CONNECTION_TIMEOUT'],
});
