import type { Workspace } from '../matrix/workspace.ts';
import type { AppModel } from './app-model.ts';
import type { Theme } from './theme.ts';
import type { Toasts } from './toasts.ts';

/** What the screens of somebody signed in are made of. */
export interface WorkspaceScreenProps {
  readonly app: AppModel;
  readonly workspace: Workspace;
  readonly theme: Theme;
  readonly toasts: Toasts;
}
