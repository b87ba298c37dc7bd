import { unrecognized, type federation } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';

/** Undefined where federation is off: whoever cannot speak with this server needs not know how old it is. */
export const getVersion =
  (version: string | undefined): Handler<typeof federation.getVersion> =>
  async () => {
    if (version === undefined) throw unrecognized();
    return { server: { name: 'Stafette', version } };
  };
