import { Button, EmptyState } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

export function NoConversation({
  hasRooms,
  onNewChat,
}: {
  readonly hasRooms: boolean;
  readonly onNewChat: () => void;
}): ReactElement {
  const { t } = useI18n();
  return (
    <EmptyState
      icon="lock"
      title={t(hasRooms ? 'welcome.choose' : 'welcome.title')}
      action={
        <Button variant="secondary" icon="compose" onPress={onNewChat}>
          {t('newChat.title')}
        </Button>
      }
    >
      {t('welcome.text')}
    </EmptyState>
  );
}
