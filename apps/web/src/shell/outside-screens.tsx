import { useEffect, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { RegistrationViewModel } from '../features/registration/registration-view-model.ts';
import { RegistrationView } from '../features/registration/registration-view.tsx';
import { SetupViewModel } from '../features/setup/setup-view-model.ts';
import { SetupView } from '../features/setup/setup-view.tsx';
import { SignInViewModel } from '../features/sign-in/sign-in-view-model.ts';
import { SignInView } from '../features/sign-in/sign-in-view.tsx';
import { useObservable, useViewModel } from '../observable/use-observable.ts';
import type { AppModel } from './app-model.ts';
import { codeFromFragment } from './code-from-fragment.ts';

export interface SetupScreenProps {
  readonly app: AppModel;
  readonly serverName: string | undefined;
  readonly isServerNameFixed: boolean;
}

export function SetupScreen({ app, serverName, isServerNameFixed }: SetupScreenProps): ReactElement {
  const [path, navigate] = useLocation();
  useEffect(() => {
    // Keeps the fragment, which holds the code.
    if (path !== '/setup') navigate(`/setup${location.hash}`, { replace: true });
  }, [path, navigate]);
  const viewModel = useViewModel(
    () =>
      new SetupViewModel({
        code: codeFromFragment(location.hash),
        serverName: serverName ?? location.hostname,
        complete: async (fields) => app.agency.completeSetup(fields),
        onDone: (account, password) => {
          navigate('/', { replace: true });
          app.enter(account, password);
        },
      }),
    [app],
  );
  return (
    <SetupView
      snapshot={useObservable(viewModel.snapshot)}
      isServerNameFixed={isServerNameFixed}
      onChange={viewModel.change}
      onSubmit={() => void viewModel.submit()}
    />
  );
}

export function SignInScreen({ app, wasEnded }: { readonly app: AppModel; readonly wasEnded: boolean }): ReactElement {
  const [, navigate] = useLocation();
  const viewModel = useViewModel(
    () =>
      new SignInViewModel({
        signIn: async (loginName, password) => app.accounts.signIn(loginName, password),
        onDone: (account, password) => {
          navigate('/', { replace: true });
          app.enter(account, password);
        },
      }),
    [app],
  );
  return (
    <SignInView
      snapshot={useObservable(viewModel.snapshot)}
      wasSignedOut={wasEnded}
      onChange={viewModel.change}
      onSubmit={() => void viewModel.submit()}
      onRegister={() => navigate('/register')}
    />
  );
}

export function RegistrationScreen({ app }: { readonly app: AppModel }): ReactElement {
  const [, navigate] = useLocation();
  const viewModel = useViewModel(
    () =>
      new RegistrationViewModel({
        invitationCode: codeFromFragment(location.hash),
        isInvitationCodeValid: async (code) => app.accounts.isInvitationCodeValid(code),
        register: async (account) => app.accounts.register(account),
        onDone: (account, password) => {
          navigate('/', { replace: true });
          app.enter(account, password);
        },
      }),
    [app],
  );
  return (
    <RegistrationView
      snapshot={useObservable(viewModel.snapshot)}
      onChange={viewModel.change}
      onSubmit={() => void viewModel.submit()}
      onSignIn={() => navigate('/login')}
    />
  );
}
