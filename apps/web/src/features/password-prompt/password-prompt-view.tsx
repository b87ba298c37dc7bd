import { Button, Dialog, DialogFooter, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { PasswordPromptSnapshot } from './password-prompt-view-model.ts';

export interface PasswordPromptViewProps {
  readonly snapshot: PasswordPromptSnapshot;
  readonly onChange: (password: string) => void;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
}

export function PasswordPromptView({
  snapshot,
  onChange,
  onSubmit,
  onCancel,
}: PasswordPromptViewProps): ReactElement | null {
  const { t } = useI18n();
  if (!snapshot.isOpen) return null;
  return (
    <Dialog
      title={t('passwordPrompt.title')}
      closeLabel={t('action.close')}
      onClose={onCancel}
      size="small"
      testId="password-prompt"
    >
      <form
        className="st-stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <p>{t('passwordPrompt.lead')}</p>
        <TextField
          label={t('form.password')}
          type="password"
          revealLabel={t('form.showPassword')}
          autoComplete="current-password"
          value={snapshot.password}
          onChange={onChange}
          error={snapshot.isRetry ? t('passwordPrompt.wrong') : undefined}
          autoFocus
          isRequired
          testId="password-prompt-input"
        />
        <DialogFooter>
          <Button variant="secondary" onPress={onCancel}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" testId="password-prompt-submit">
            {t('action.confirm')}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
