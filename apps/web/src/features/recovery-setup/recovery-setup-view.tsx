import { Banner, Button, Icon, Spinner, TextField } from '@stafette/ui';
import { useState, type ReactElement } from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { RecoverySetupSnapshot } from './recovery-setup-view-model.ts';

export interface RecoverySetupViewProps {
  readonly snapshot: RecoverySetupSnapshot;
  readonly onCreate: () => void;
  readonly onKept: () => void;
  readonly onShowAgain: () => void;
  readonly onAnswer: (index: 0 | 1, value: string) => void;
  readonly onCheck: () => void;
  readonly onRetry: () => void;
  readonly onCopy: (key: string) => Promise<void>;
  readonly onDownload: (key: string) => void;
  readonly onPrint: () => void;
}

export function RecoverySetupView(props: RecoverySetupViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot } = props;
  switch (snapshot.step) {
    case 'intro':
      return (
        <section className="st-form" data-testid="recovery-intro">
          <StepIcon name="key" />
          <h1>{t(snapshot.isReset ? 'recovery.resetTitle' : 'recovery.introTitle')}</h1>
          <p className="st-form__lead">{t('recovery.introLead')}</p>
          <ul className="st-points">
            <li>{t('recovery.introPointDevices')}</li>
            <li>{t('recovery.introPointNobody')}</li>
            <li>{t('recovery.introPointKeep')}</li>
          </ul>
          <Button isBlock isPending={snapshot.isBusy} onPress={props.onCreate} autoFocus testId="recovery-create">
            {t('recovery.create')}
          </Button>
        </section>
      );
    case 'show':
      return <ShowKey {...props} />;
    case 'check':
      return <CheckKey {...props} />;
    case 'saving':
      return (
        <section className="st-form st-form--centered" data-testid="recovery-saving">
          <Spinner size={40} label={t('recovery.saving')} />
          <p>{t('recovery.saving')}</p>
        </section>
      );
    case 'failed':
      return (
        <section className="st-form" data-testid="recovery-failed">
          <h1>{t('recovery.failedTitle')}</h1>
          <Banner tone="danger" role="alert">
            {t(FAILURE_TEXTS[snapshot.failure ?? 'unexpected'])}
          </Banner>
          <p>{t('recovery.failedLead')}</p>
          <Button isBlock onPress={props.onRetry} autoFocus>
            {t('action.tryAgain')}
          </Button>
        </section>
      );
  }
}

function StepIcon({ name }: { readonly name: 'key' | 'shield' }): ReactElement {
  return (
    <span className="st-step-icon">
      <Icon name={name} size={32} />
    </span>
  );
}

function ShowKey({ snapshot, onCopy, onDownload, onPrint, onKept }: RecoverySetupViewProps): ReactElement {
  const { t } = useI18n();
  const [isCopied, setCopied] = useState(false);
  const key = snapshot.groups.join(' ');
  const copy = async (): Promise<void> => {
    await onCopy(key);
    setCopied(true);
  };
  return (
    <section className="st-form" data-testid="recovery-show">
      <StepIcon name="key" />
      <h1>{t('recovery.showTitle')}</h1>
      <p className="st-form__lead">{t('recovery.showLead')}</p>
      <p className="st-recovery-key" data-testid="recovery-key" aria-label={t('recovery.key')}>
        {snapshot.groups.map((group, index) => (
          <span key={`${index}-${group}`}>{`${group} `}</span>
        ))}
      </p>
      <div className="st-button-row">
        <Button
          variant="secondary"
          icon={isCopied ? 'check' : 'copy'}
          onPress={() => void copy()}
          testId="recovery-copy"
        >
          {t(isCopied ? 'action.copied' : 'action.copy')}
        </Button>
        <Button variant="secondary" icon="download" onPress={() => onDownload(key)} testId="recovery-download">
          {t('action.download')}
        </Button>
        <Button variant="secondary" icon="print" onPress={onPrint}>
          {t('action.print')}
        </Button>
      </div>
      <Button isBlock onPress={onKept} testId="recovery-kept">
        {t('recovery.kept')}
      </Button>
    </section>
  );
}

function CheckKey({ snapshot, onAnswer, onCheck, onShowAgain }: RecoverySetupViewProps): ReactElement {
  const { t } = useI18n();
  const error = snapshot.isAnswerWrong ? t('recovery.checkWrong') : undefined;
  return (
    <form
      className="st-form"
      data-testid="recovery-check"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onCheck();
      }}
    >
      <StepIcon name="shield" />
      <h1>{t('recovery.checkTitle')}</h1>
      <p className="st-form__lead">{t('recovery.checkLead')}</p>
      {snapshot.asked.map((group, index) => (
        <TextField
          key={group}
          label={t('recovery.group', { number: group + 1 })}
          value={snapshot.answers[index] ?? ''}
          onChange={(value) => onAnswer(index === 0 ? 0 : 1, value)}
          error={index === 1 ? error : undefined}
          maxLength={8}
          isCode
          isRequired
          autoFocus={index === 0}
          autoComplete="off"
          testId={`recovery-answer-${index}`}
        />
      ))}
      <p className="st-visually-hidden" data-testid="recovery-asked">
        {snapshot.asked.map((group) => group + 1).join(' ')}
      </p>
      <Button type="submit" isBlock testId="recovery-check-submit">
        {t('recovery.finish')}
      </Button>
      <Button variant="quiet" isBlock onPress={onShowAgain}>
        {t('recovery.showAgain')}
      </Button>
    </form>
  );
}
