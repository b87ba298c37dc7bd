import { ToastRegion } from '@stafette/ui';
import { useEffect, type ReactElement } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { PasswordPromptView } from '../features/password-prompt/password-prompt-view.tsx';
import { useI18n } from '../i18n/use-i18n.ts';
import { useObservable } from '../observable/use-observable.ts';
import type { AppModel } from './app-model.ts';
import { BootScreen } from './boot-screen.tsx';
import { FaultBoundary } from './fault-boundary.tsx';
import { OutsideLayout } from './outside-layout.tsx';
import { RegistrationScreen, SetupScreen, SignInScreen } from './outside-screens.tsx';
import { registerServiceWorker } from './service-worker-registration.ts';
import type { Theme } from './theme.ts';
import type { Toasts } from './toasts.ts';
import { WorkspaceScreen } from './workspace-screen.tsx';

export interface AppProps {
  readonly app: AppModel;
  readonly theme: Theme;
  readonly toasts: Toasts;
}

export function App({ app, theme, toasts }: AppProps): ReactElement {
  const { t } = useI18n();
  const state = useObservable(app.state);
  const prompt = useObservable(app.passwordPrompt.snapshot);
  const shownToasts = useObservable(toasts.all);
  useEffect(() => void app.start(), [app]);
  // Not before the application itself has all its files: both would fetch the large one at once.
  const isSettled = state.kind === 'signed-in' || state.kind === 'signed-out';
  useEffect(() => {
    if (isSettled) registerServiceWorker();
  }, [isSettled]);
  return (
    <>
      <FaultBoundary>
        <Screen app={app} theme={theme} toasts={toasts} state={state} />
      </FaultBoundary>
      <PasswordPromptView
        snapshot={prompt}
        onChange={app.passwordPrompt.change}
        onSubmit={app.passwordPrompt.submit}
        onCancel={app.passwordPrompt.cancel}
      />
      <ToastRegion
        label={t('toast.region')}
        closeLabel={t('action.close')}
        toasts={shownToasts}
        onClose={toasts.close}
      />
    </>
  );
}

function Screen({
  app,
  theme,
  toasts,
  state,
}: AppProps & { readonly state: ReturnType<AppModel['state']['get']> }): ReactElement {
  switch (state.kind) {
    case 'starting':
    case 'loading':
    case 'unreachable':
    case 'elsewhere':
    case 'failed':
      return <BootScreen state={state} onRetry={() => void app.start()} onTakeOver={() => void app.takeOver()} />;
    case 'setup':
      return (
        <OutsideLayout>
          <SetupScreen app={app} serverName={state.serverName} isServerNameFixed={state.isServerNameFixed} />
        </OutsideLayout>
      );
    case 'signed-out':
      return (
        <OutsideLayout>
          <Switch>
            <Route path="/login">
              <SignInScreen app={app} wasEnded={state.wasEnded} />
            </Route>
            <Route path="/register">
              <RegistrationScreen app={app} />
            </Route>
            <Route>
              <Redirect to="/login" replace />
            </Route>
          </Switch>
        </OutsideLayout>
      );
    case 'signed-in':
      return <WorkspaceScreen app={app} workspace={state.workspace} theme={theme} toasts={toasts} />;
  }
}
