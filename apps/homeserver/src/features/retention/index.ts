import { getRetentionConfiguration } from './endpoints/get-retention-configuration.ts';
import type { Retention } from './service.ts';

export { Retention } from './service.ts';

export const retentionHandlers = ({ limits }: Retention) => ({
  getRetentionConfiguration: getRetentionConfiguration(limits),
});
