import { Banner, Button, Dialog, RadioCards, TextField } from '@stafette/ui';
import { useState, type ReactElement } from 'react';
import { dateOf } from '../../i18n/dates.ts';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { CreatedInvitation, InvitationsSnapshot } from './invitations-view-model.ts';

export interface InvitationsViewProps {
  readonly snapshot: InvitationsSnapshot;
  readonly onDisplayName: (name: string) => void;
  readonly onRole: (isAdmin: boolean) => void;
  readonly onCreate: () => void;
  readonly onCopy: (text: string) => Promise<void>;
  readonly onClose: () => void;
}

export function InvitationsView(props: InvitationsViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot } = props;
  return (
    <Dialog title={t('invite.title')} closeLabel={t('action.close')} onClose={props.onClose} testId="invitations">
      <p>{t('invite.lead')}</p>
      {snapshot.failure !== undefined && (
        <Banner tone="danger" role="alert">
          {t(FAILURE_TEXTS[snapshot.failure])}
        </Banner>
      )}
      {snapshot.created.map((invitation) => (
        <Created key={invitation.code} invitation={invitation} onCopy={props.onCopy} />
      ))}
      <form
        className="st-stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.onCreate();
        }}
      >
        <TextField
          label={t('invite.name')}
          hint={t('invite.nameHint')}
          value={snapshot.displayName}
          onChange={props.onDisplayName}
          autoFocus
          testId="invitation-name"
        />
        <RadioCards
          label={t('invite.role')}
          value={snapshot.isAdmin ? 'admin' : 'user'}
          onChange={(role) => props.onRole(role === 'admin')}
          options={[
            { value: 'user', label: t('invite.roleUser') },
            { value: 'admin', label: t('invite.roleAdmin') },
          ]}
        />
        <Button type="submit" isBlock isPending={snapshot.isBusy} testId="invitation-create">
          {t('invite.create')}
        </Button>
      </form>
    </Dialog>
  );
}

function Created({
  invitation,
  onCopy,
}: {
  readonly invitation: CreatedInvitation;
  readonly onCopy: (text: string) => Promise<void>;
}): ReactElement {
  const { t, language } = useI18n();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await onCopy(invitation.url);
    setCopied(true);
  };
  return (
    <div className="st-code-card" data-testid="invitation-created">
      <strong>{invitation.displayName ?? t('invite.somebody')}</strong>
      <p className="st-code-card__code" data-testid="invitation-code">
        {invitation.code}
      </p>
      <p className="st-code-card__url" data-testid="invitation-url">
        {invitation.url}
      </p>
      <div className="st-button-row">
        <Button variant="secondary" size="small" icon={isCopied ? 'check' : 'copy'} onPress={() => void copy()}>
          {t(isCopied ? 'action.copied' : 'invite.copyLink')}
        </Button>
        {Number.isFinite(invitation.expiresTs) && (
          <span className="st-code-card__note">
            {t('invite.expires', { date: dateOf(language, invitation.expiresTs) })}
          </span>
        )}
      </div>
    </div>
  );
}
