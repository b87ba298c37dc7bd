import { Avatar, Button } from '@stafette/ui';
import { useState, type ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { RoomSummary } from '../../model/room-summary.ts';

export interface InvitationRowProps {
  readonly room: RoomSummary;
  readonly onAccept: (room: RoomSummary) => Promise<void>;
  readonly onDecline: (room: RoomSummary) => Promise<void>;
}

export function InvitationRow({ room, onAccept, onDecline }: InvitationRowProps): ReactElement {
  const { t } = useI18n();
  const [busy, setBusy] = useState<'accept' | 'decline' | undefined>();
  const inviter = room.inviter?.name ?? room.name;
  const act = async (kind: 'accept' | 'decline'): Promise<void> => {
    setBusy(kind);
    await (kind === 'accept' ? onAccept(room) : onDecline(room));
    setBusy(undefined);
  };
  return (
    <li className="st-invitation" data-testid="invitation" data-room-id={room.roomId}>
      <Avatar
        name={room.isDirect ? inviter : room.name}
        seed={room.inviter?.userId ?? room.roomId}
        shape={room.isDirect ? 'person' : 'room'}
      />
      <div className="st-invitation__main">
        <strong>{room.isDirect ? inviter : room.name}</strong>
        <span>{room.isDirect ? t('invitation.direct') : t('invitation.room', { name: inviter })}</span>
        <div className="st-button-row">
          <Button
            size="small"
            isPending={busy === 'accept'}
            onPress={() => void act('accept')}
            testId="invitation-accept"
          >
            {t('invitation.accept')}
          </Button>
          <Button
            size="small"
            variant="quiet"
            isPending={busy === 'decline'}
            onPress={() => void act('decline')}
            testId="invitation-decline"
          >
            {t('invitation.decline')}
          </Button>
        </div>
      </div>
    </li>
  );
}
