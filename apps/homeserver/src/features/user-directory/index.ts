import type { clientServer } from '@stafette/contracts';
import type { HandlersOf } from '../../http/handler.ts';
import type { Profiles } from '../profiles/index.ts';
import { searchUserDirectory } from './endpoints/search-user-directory.ts';

export const userDirectoryHandlers = (profiles: Profiles) =>
  ({ searchUserDirectory: searchUserDirectory(profiles) }) satisfies Partial<HandlersOf<typeof clientServer>>;
