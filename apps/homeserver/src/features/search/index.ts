import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { search } from './endpoints/search.ts';
import type { Search } from './service.ts';

export { Search } from './service.ts';

export const searchHandlers = (service: Search) =>
  ({ search: search(service) }) satisfies Partial<HandlersOf<typeof clientServer>>;
