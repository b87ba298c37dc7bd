import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import { searchUserDirectory } from './endpoints/search-user-directory.ts';
import { People, type PeopleOptions } from './people.ts';

export const userDirectoryHandlers = (options: PeopleOptions) =>
  ({ searchUserDirectory: searchUserDirectory(new People(options)) }) satisfies Partial<
    HandlersOf<typeof clientServer>
  >;
