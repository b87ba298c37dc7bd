import { Button, Dialog, DialogFooter } from '@stafette/ui';
import type { ReactElement } from 'react';
import { InvitationsViewModel } from '../features/invitations/invitations-view-model.ts';
import { InvitationsView } from '../features/invitations/invitations-view.tsx';
import {
  NewConversationViewModel,
  type ConversationPurpose,
} from '../features/new-conversation/new-conversation-view-model.ts';
import { NewConversationView } from '../features/new-conversation/new-conversation-view.tsx';
import { SettingsViewModel } from '../features/settings/settings-view-model.ts';
import { SettingsView } from '../features/settings/settings-view.tsx';
import { useI18n } from '../i18n/use-i18n.ts';
import type { Workspace } from '../matrix/workspace.ts';
import { useObservable, useViewModel } from '../observable/use-observable.ts';
import type { AppModel } from './app-model.ts';
import { copyText } from './page-actions.ts';
import type { Theme } from './theme.ts';

export type ChatDialog =
  | { readonly kind: 'conversation'; readonly purpose: ConversationPurpose }
  | { readonly kind: 'settings' | 'invitations' | 'sign-out' };

export interface ChatDialogsProps {
  readonly dialog: ChatDialog;
  readonly app: AppModel;
  readonly workspace: Workspace;
  readonly theme: Theme;
  readonly now: number;
  readonly onOpenRoom: (roomId: string) => void;
  readonly onClose: () => void;
}

export function ChatDialogs(props: ChatDialogsProps): ReactElement {
  switch (props.dialog.kind) {
    case 'conversation':
      return <NewConversationDialog {...props} purpose={props.dialog.purpose} />;
    case 'settings':
      return <SettingsDialog {...props} />;
    case 'invitations':
      return <InvitationsDialog {...props} />;
    case 'sign-out':
      return <SignOutDialog {...props} />;
  }
}

const SEARCH_PAUSE_MS = 250;

function NewConversationDialog({
  purpose,
  workspace,
  onOpenRoom,
  onClose,
}: ChatDialogsProps & { readonly purpose: ConversationPurpose }): ReactElement {
  const { conversations } = workspace;
  const viewModel = useViewModel(
    () =>
      new NewConversationViewModel({
        purpose,
        searchPeople: async (term) => conversations.searchPeople(term),
        openDirectChat: async (userId) => conversations.openDirectChat(userId),
        createRoom: async (room) => conversations.createRoom(room),
        invite: async (roomId, userIds) => conversations.invite(roomId, userIds),
        onDone: (roomId) => {
          onClose();
          onOpenRoom(roomId);
        },
        afterPause: (action) => {
          const timer = setTimeout(action, SEARCH_PAUSE_MS);
          return () => clearTimeout(timer);
        },
      }),
    [workspace, purpose],
  );
  return (
    <NewConversationView
      snapshot={useObservable(viewModel.snapshot)}
      purpose={purpose.kind}
      onName={viewModel.changeName}
      onSearch={viewModel.search}
      onChoose={(person) => void viewModel.choose(person)}
      onSubmit={() => void viewModel.submit()}
      onClose={onClose}
    />
  );
}

function SettingsDialog({ app, workspace, theme, now, onClose }: ChatDialogsProps): ReactElement {
  const { i18n } = useI18n();
  const viewModel = useViewModel(
    () =>
      new SettingsViewModel({
        listDevices: async () => workspace.devices.list(),
        signOutDevice: async (deviceId) => workspace.devices.signOutDevice(deviceId),
        verifyDevice: async (deviceId) => {
          onClose();
          await workspace.verifications.verifyDevice(deviceId);
        },
        recoveryStatus: async () => workspace.recovery.status(),
      }),
    [workspace],
  );
  return (
    <SettingsView
      snapshot={useObservable(viewModel.snapshot)}
      theme={useObservable(theme.choice)}
      now={now}
      onTheme={theme.choose}
      onLanguage={(language) => i18n.choose(language)}
      onVerify={(device) => void viewModel.verify(device)}
      onSignOutDevice={(device) => void viewModel.signOutDevice(device)}
      onSignOut={() => void app.signOut()}
      onClose={onClose}
    />
  );
}

function InvitationsDialog({ app, workspace, onClose }: ChatDialogsProps): ReactElement {
  const viewModel = useViewModel(
    () =>
      new InvitationsViewModel({
        create: async (invitation) =>
          app.agency.createInvitation(workspace.session.client.getAccessToken() ?? '', invitation),
      }),
    [app, workspace],
  );
  return (
    <InvitationsView
      snapshot={useObservable(viewModel.snapshot)}
      onDisplayName={viewModel.changeDisplayName}
      onRole={viewModel.changeRole}
      onCreate={() => void viewModel.create()}
      onCopy={copyText}
      onClose={onClose}
    />
  );
}

function SignOutDialog({ app, onClose }: ChatDialogsProps): ReactElement {
  const { t } = useI18n();
  return (
    <Dialog title={t('signOut.title')} size="small" role="alertdialog" closeLabel={t('action.close')} onClose={onClose}>
      <p>{t('signOut.text')}</p>
      <DialogFooter>
        <Button variant="secondary" autoFocus onPress={onClose}>
          {t('action.cancel')}
        </Button>
        <Button variant="danger" onPress={() => void app.signOut()} testId="sign-out-confirm">
          {t('action.signOut')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
