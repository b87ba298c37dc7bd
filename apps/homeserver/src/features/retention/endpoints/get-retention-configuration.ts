import type { clientServer } from '@stafette/contracts';
import type { Handler } from '../../../http/handler.ts';
import type { RetentionLimits } from '../../room-events/index.ts';

/** Clients show it where the retention of a room is set. */
export const getRetentionConfiguration =
  ({ defaultMs, minMs, maxMs }: RetentionLimits): Handler<typeof clientServer.getRetentionConfiguration> =>
  () =>
    Promise.resolve({
      policies: defaultMs === undefined ? {} : { '*': { max_lifetime: defaultMs } },
      limits: {
        max_lifetime: {
          ...(minMs === undefined ? {} : { min: minMs }),
          ...(maxMs === undefined ? {} : { max: maxMs }),
        },
      },
    });
