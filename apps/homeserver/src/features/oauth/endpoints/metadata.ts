import { type clientServer, unrecognized } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import { metadataOf } from '../metadata.ts';

/** Without an address of its own the server cannot say where anything is: then there is no OAuth. */
export const getAuthMetadata = (publicUrl: string | undefined): Handler<typeof clientServer.getAuthMetadata> => {
  const metadata = publicUrl === undefined ? undefined : metadataOf(publicUrl);
  return async () => {
    if (metadata === undefined) throw unrecognized();
    return metadata;
  };
};
