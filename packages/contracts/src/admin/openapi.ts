import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** Our own API for administrators as an OpenAPI document, made of these contracts. https://spec.openapis.org/oas/v3.1.1.html */
export const getAdminApiDescription = defineEndpoint({
  method: 'GET',
  path: '/_stafette/admin/v1/openapi.json',
  auth: 'admin',
  rateLimit: 'read',
  response: JsonObject,
  errors: [],
});
