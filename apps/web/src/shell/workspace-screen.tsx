import { useEffect, useState, type ReactElement } from 'react';
import { DeviceConfirmationViewModel } from '../features/device-confirmation/device-confirmation-view-model.ts';
import { DeviceConfirmationView } from '../features/device-confirmation/device-confirmation-view.tsx';
import { RecoverySetupViewModel } from '../features/recovery-setup/recovery-setup-view-model.ts';
import { RecoverySetupView } from '../features/recovery-setup/recovery-setup-view.tsx';
import { VerificationView } from '../features/verification/verification-view.tsx';
import { useI18n } from '../i18n/use-i18n.ts';
import type { VerificationProcess } from '../matrix/verification.ts';
import type { Workspace } from '../matrix/workspace.ts';
import { useObservable, useViewModel } from '../observable/use-observable.ts';
import type { AppModel } from './app-model.ts';
import { BootScreen } from './boot-screen.tsx';
import { ChatScreen } from './chat-screen.tsx';
import { OutsideLayout } from './outside-layout.tsx';
import { copyText, downloadText, printPage } from './page-actions.ts';
import type { WorkspaceScreenProps } from './workspace-props.ts';

/** What somebody who is signed in sees: first what encryption needs, then the chats. */
export function WorkspaceScreen(props: WorkspaceScreenProps): ReactElement {
  const { app, workspace } = props;
  const gate = useObservable(workspace.session.gate);
  const verification = useObservable(workspace.verifications.current);
  return (
    <>
      {gate === 'checking' && (
        <BootScreen
          state={{ kind: 'loading', progress: undefined }}
          onRetry={() => undefined}
          onTakeOver={() => undefined}
        />
      )}
      {gate === 'create-recovery' && (
        <OutsideLayout>
          <RecoverySetupScreen workspace={workspace} isReset={false} />
        </OutsideLayout>
      )}
      {gate === 'confirm-device' && (
        <OutsideLayout>
          <DeviceConfirmationScreen app={app} workspace={workspace} />
        </OutsideLayout>
      )}
      {gate === 'ready' && <ChatScreen {...props} />}
      {verification && <VerificationDialog process={verification} onClose={() => workspace.verifications.close()} />}
    </>
  );
}

function RecoverySetupScreen({
  workspace,
  isReset,
}: {
  readonly workspace: Workspace;
  readonly isReset: boolean;
}): ReactElement {
  const { t } = useI18n();
  const { recovery } = workspace;
  const viewModel = useViewModel(
    () =>
      new RecoverySetupViewModel({
        isReset,
        generateKey: async () => recovery.generateKey(),
        complete: async (reset) => recovery.complete(reset),
        finish: async () => recovery.finish(),
        random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
      }),
    [workspace, isReset],
  );
  return (
    <RecoverySetupView
      snapshot={useObservable(viewModel.snapshot)}
      onCreate={() => void viewModel.create()}
      onKept={viewModel.confirmKept}
      onShowAgain={viewModel.showAgain}
      onAnswer={viewModel.answer}
      onCheck={() => void viewModel.check()}
      onRetry={() => void viewModel.save()}
      onCopy={copyText}
      onDownload={(key) => downloadText(`${t('recovery.fileName')}.txt`, `${t('recovery.key')} - Stafette\n\n${key}\n`)}
      onPrint={printPage}
    />
  );
}

function DeviceConfirmationScreen({
  app,
  workspace,
}: {
  readonly app: AppModel;
  readonly workspace: Workspace;
}): ReactElement {
  const viewModel = useViewModel(
    () =>
      new DeviceConfirmationViewModel({
        recover: async (key, onProgress) => workspace.recovery.recover(key, onProgress),
        askOtherDevice: async () => workspace.verifications.verifyOwnDevice(),
      }),
    [workspace],
  );
  const snapshot = useObservable(viewModel.snapshot);
  if (snapshot.step === 'reset') return <RecoverySetupScreen workspace={workspace} isReset />;
  return (
    <DeviceConfirmationView
      snapshot={snapshot}
      onOtherDevice={() => void viewModel.useOtherDevice()}
      onUseKey={viewModel.useKey}
      onChangeKey={viewModel.changeKey}
      onSubmitKey={() => void viewModel.submitKey()}
      onAskForReset={viewModel.askForReset}
      onReset={viewModel.reset}
      onBack={viewModel.back}
      onSignOut={() => void app.signOut()}
    />
  );
}

function VerificationDialog({
  process,
  onClose,
}: {
  readonly process: VerificationProcess;
  readonly onClose: () => void;
}): ReactElement {
  const snapshot = useObservable(process.snapshot);
  const [isClosing, setClosing] = useState(false);
  useEffect(() => {
    if (isClosing) onClose();
  }, [isClosing, onClose]);
  return (
    <VerificationView
      snapshot={snapshot}
      onAccept={() => void process.accept()}
      onConfirm={() => void process.confirm()}
      onMismatch={() => process.mismatch()}
      onClose={() => {
        // The other side learns of it; here the dialog goes at once.
        void process.cancel().catch(() => undefined);
        setClosing(true);
      }}
    />
  );
}
