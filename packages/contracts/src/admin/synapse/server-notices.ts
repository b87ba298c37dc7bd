import { Type } from 'typebox';
import { defineEndpoint } from '../../define-endpoint.ts';
import { Identifier, JsonObject, ShortText } from '../../schemas.ts';

const path = '/_synapse/admin/v1/send_server_notice';

const Notice = Type.Object({
  user_id: Identifier,
  content: JsonObject,
  /** `m.room.message` when absent. */
  type: Type.Optional(ShortText),
  /** Makes it a state event of the person's room of notices. */
  state_key: Type.Optional(Type.String({ maxLength: 255 })),
});

const send = {
  auth: 'admin',
  rateLimit: 'message',
  body: Notice,
  response: Type.Object({ event_id: Type.String() }),
  errors: ['M_INVALID_PARAM', 'M_NOT_FOUND', 'M_FORBIDDEN', 'M_BAD_JSON', 'M_MISSING_PARAM', 'M_TOO_LARGE'],
} as const;

/**
 * Tells a person something in the server's name, as tools of operators ask it of other servers.
 * https://spec.matrix.org/v1.19/client-server-api/#server-notices
 */
export const sendServerNotice = defineEndpoint({ ...send, method: 'POST', path });

/** The same, once for each transaction id. */
export const sendServerNoticeOnce = defineEndpoint({
  ...send,
  method: 'PUT',
  path: `${path}/:txnId`,
  params: Type.Object({ txnId: ShortText }),
});
