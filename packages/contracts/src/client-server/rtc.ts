import { Type } from 'typebox';
import { defineEndpoint } from '../define-endpoint.ts';
import { JsonObject } from '../schemas.ts';

/** What carries sound and pictures of calls between several people. MSC4143: https://github.com/matrix-org/matrix-spec-proposals/pull/4143 */
export const getRtcTransports = defineEndpoint({
  method: 'GET',
  path: '/_matrix/client/unstable/org.matrix.msc4143/rtc/transports',
  auth: 'accessToken',
  rateLimit: 'read',
  guests: true,
  response: Type.Object({ rtc_transports: Type.Array(JsonObject) }),
  errors: [],
});
