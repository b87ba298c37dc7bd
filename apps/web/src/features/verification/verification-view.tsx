import { Banner, Button, Dialog, DialogFooter, Spinner } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { sasName } from './sas-names.ts';

interface VerificationSnapshot {
  readonly phase: 'incoming' | 'waiting' | 'comparing' | 'confirmed-here' | 'done' | 'cancelled';
  readonly isSelf: boolean;
  readonly otherName: string;
  readonly emojis: ReadonlyArray<{ readonly symbol: string; readonly name: string }>;
  readonly cancellation: 'timeout' | 'mismatch' | 'by-us' | 'by-them' | undefined;
}

export interface VerificationViewProps {
  readonly snapshot: VerificationSnapshot;
  readonly onAccept: () => void;
  readonly onConfirm: () => void;
  readonly onMismatch: () => void;
  /** Cancels what runs and takes the dialog away. */
  readonly onClose: () => void;
}

export function VerificationView(props: VerificationViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot } = props;
  const title = snapshot.isSelf ? t('verify.titleDevice') : t('verify.titlePerson', { name: snapshot.otherName });
  return (
    <Dialog title={title} closeLabel={t('action.close')} onClose={props.onClose} testId="verification">
      <Phase {...props} />
    </Dialog>
  );
}

function Phase(props: VerificationViewProps): ReactElement {
  const { t } = useI18n();
  const { phase, isSelf, otherName: name, cancellation } = props.snapshot;
  switch (phase) {
    case 'incoming':
      return (
        <>
          <p>{isSelf ? t('verify.incomingDevice') : t('verify.incomingPerson', { name })}</p>
          <DialogFooter>
            <Button variant="secondary" onPress={props.onClose} testId="verification-decline">
              {t('verify.decline')}
            </Button>
            <Button onPress={props.onAccept} autoFocus testId="verification-accept">
              {t('verify.accept')}
            </Button>
          </DialogFooter>
        </>
      );
    case 'waiting':
      return <Waiting text={isSelf ? t('verify.waitingDevice') : t('verify.waitingPerson', { name })} />;
    case 'comparing':
      return <Comparison {...props} />;
    case 'confirmed-here':
      return <Waiting text={isSelf ? t('verify.confirmedDevice') : t('verify.confirmedPerson', { name })} />;
    case 'done':
      return (
        <>
          <Banner tone="success" role="status" testId="verification-done">
            {isSelf ? t('verify.doneDevice') : t('verify.donePerson', { name })}
          </Banner>
          <DialogFooter>
            <Button onPress={props.onClose} autoFocus testId="verification-close">
              {t('action.done')}
            </Button>
          </DialogFooter>
        </>
      );
    case 'cancelled':
      return (
        <>
          <Banner
            tone={cancellation === 'mismatch' ? 'danger' : 'warning'}
            role="alert"
            testId="verification-cancelled"
          >
            {t(
              cancellation === 'mismatch'
                ? 'verify.mismatched'
                : cancellation === 'timeout'
                  ? 'verify.timeout'
                  : 'verify.cancelled',
            )}
          </Banner>
          <DialogFooter>
            <Button onPress={props.onClose} autoFocus testId="verification-close">
              {t('action.close')}
            </Button>
          </DialogFooter>
        </>
      );
  }
}

function Waiting({ text }: { readonly text: string }): ReactElement {
  return (
    <div className="st-waiting">
      <Spinner size={36} />
      <p role="status">{text}</p>
    </div>
  );
}

function Comparison({ snapshot, onConfirm, onMismatch }: VerificationViewProps): ReactElement {
  const { t, language } = useI18n();
  return (
    <>
      <p>{snapshot.isSelf ? t('verify.compareDevice') : t('verify.comparePerson', { name: snapshot.otherName })}</p>
      <ol className="st-sas" data-testid="verification-emojis" aria-label={t('verify.emojis')}>
        {snapshot.emojis.map(({ symbol, name }, index) => (
          <li key={`${index}-${name}`} data-emoji={name}>
            <span className="st-sas__symbol" aria-hidden="true">
              {symbol}
            </span>
            <span>{sasName(name, language)}</span>
          </li>
        ))}
      </ol>
      <DialogFooter>
        <Button variant="secondary" onPress={onMismatch} testId="verification-mismatch">
          {t('verify.differ')}
        </Button>
        <Button onPress={onConfirm} testId="verification-match">
          {t('verify.match')}
        </Button>
      </DialogFooter>
    </>
  );
}
