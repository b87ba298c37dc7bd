import { Button, ProgressBar, Spinner } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import type { AppState } from './app-model.ts';
import { Logo } from './logo.tsx';

export interface BootScreenProps {
  readonly state: Extract<AppState, { kind: 'starting' | 'loading' | 'unreachable' | 'elsewhere' | 'failed' }>;
  readonly onRetry: () => void;
  readonly onTakeOver: () => void;
}

/** While there is nothing to show yet, or a reason why not. */
export function BootScreen({ state, onRetry, onTakeOver }: BootScreenProps): ReactElement {
  const { t } = useI18n();
  return (
    <main className="st-boot" data-testid="boot" data-state={state.kind}>
      <Logo size={56} />
      {state.kind === 'starting' && <Spinner size={32} label={t('boot.starting')} />}
      {state.kind === 'loading' && (
        <div className="st-boot__progress">
          <ProgressBar
            label={t(state.progress === undefined ? 'boot.syncing' : 'boot.encryption')}
            value={state.progress}
          />
        </div>
      )}
      {(state.kind === 'unreachable' || state.kind === 'failed') && (
        <div className="st-boot__message" role="alert">
          <h1>{t(state.kind === 'unreachable' ? 'boot.unreachableTitle' : 'boot.failedTitle')}</h1>
          <p>{t(state.kind === 'unreachable' ? 'failure.offline' : 'boot.failedText')}</p>
          <Button onPress={onRetry}>{t('action.tryAgain')}</Button>
        </div>
      )}
      {state.kind === 'elsewhere' && (
        <div className="st-boot__message" role="alert">
          <h1>{t('boot.elsewhereTitle')}</h1>
          <p>{t('boot.elsewhereText')}</p>
          <Button onPress={onTakeOver}>{t('boot.takeOver')}</Button>
        </div>
      )}
    </main>
  );
}
