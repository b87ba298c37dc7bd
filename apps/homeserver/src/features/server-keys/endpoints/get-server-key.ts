import type { federation } from '@stafette/contracts';
import { canonicalJson } from '@stafette/protocol';
import { PreparedResponse, type Handler } from '../../../http/handler.ts';
import type { ServerKeys } from '../service.ts';

export const getServerKey =
  (keys: ServerKeys): Handler<typeof federation.getServerKey> =>
  async () =>
    // As it was signed, for those who check the signature over what they got.
    new PreparedResponse(canonicalJson(keys.published()));
