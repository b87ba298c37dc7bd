import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { defineFilter, getFilter } from './endpoints/filters.ts';
import type { Filters } from './service.ts';

export { Filters } from './service.ts';

export const filtersHandlers = (filters: Filters) =>
  ({ defineFilter: defineFilter(filters), getFilter: getFilter(filters) }) satisfies Partial<
    HandlersOf<typeof clientServer>
  >;
