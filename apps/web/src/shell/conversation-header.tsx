import { Avatar, Icon, IconButton } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import type { RoomMember } from '../model/room-member.ts';
import type { RoomSummary } from '../model/room-summary.ts';

export interface ConversationHeaderProps {
  readonly room: RoomSummary;
  readonly memberCount: number;
  readonly partnerTrust: RoomMember['trust'] | undefined;
  readonly isPanelOpen: boolean;
  readonly onBack: () => void;
  readonly onTogglePanel: () => void;
}

export function ConversationHeader({
  room,
  memberCount,
  partnerTrust,
  isPanelOpen,
  onBack,
  onTogglePanel,
}: ConversationHeaderProps): ReactElement {
  const { t } = useI18n();
  const isVerified = room.isDirect && partnerTrust === 'verified';
  const detail = room.isDirect
    ? t(isVerified ? 'room.directVerified' : 'room.direct')
    : t('room.memberCount', { count: memberCount });
  return (
    <header className="st-conversation__header">
      <span className="st-conversation__back">
        <IconButton icon="back" label={t('action.backToList')} onPress={onBack} />
      </span>
      <Avatar
        name={room.name}
        seed={room.partner?.userId ?? room.roomId}
        shape={room.isDirect ? 'person' : 'room'}
        size={44}
      />
      <div className="st-conversation__title">
        <h2>{room.name}</h2>
        <p>
          <span className="st-conversation__lock" data-encrypted={room.isEncrypted}>
            <Icon name={isVerified ? 'shield' : room.isEncrypted ? 'lock' : 'warning'} size={14} />
            <span className="st-visually-hidden">{t(room.isEncrypted ? 'room.encrypted' : 'room.notEncrypted')}, </span>
          </span>
          {detail}
        </p>
      </div>
      <IconButton
        icon="group"
        label={t('member.title')}
        isActive={isPanelOpen}
        onPress={onTogglePanel}
        testId="toggle-members"
      />
    </header>
  );
}
