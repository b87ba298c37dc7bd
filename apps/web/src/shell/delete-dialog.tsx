import { Button, Dialog, DialogFooter } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

export function DeleteDialog({
  onConfirm,
  onClose,
}: {
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useI18n();
  return (
    <Dialog
      title={t('message.deleteTitle')}
      size="small"
      role="alertdialog"
      closeLabel={t('action.close')}
      onClose={onClose}
      testId="delete-dialog"
    >
      <p>{t('message.deleteText')}</p>
      <DialogFooter>
        <Button variant="secondary" onPress={onClose}>
          {t('action.cancel')}
        </Button>
        <Button variant="danger" autoFocus onPress={onConfirm} testId="delete-confirm">
          {t('message.delete')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
