import { Button, EmptyState, Spinner } from '@stafette/ui';
import { useEffect, useState, type ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import type { RoomModels } from '../matrix/workspace.ts';
import type { RoomSummary } from '../model/room-summary.ts';
import type { ConversationScreenProps } from './conversation-props.ts';
import { Conversation } from './conversation.tsx';
import { inBackground } from '../observable/in-background.ts';

/** A room somebody just made is known to the server a moment before it is known here. */
const PATIENCE_MS = 8_000;

export function ConversationScreen(props: ConversationScreenProps): ReactElement {
  const { room, roomId, workspace } = props;
  const isJoined = room?.membership === 'joined';
  const [models, setModels] = useState<RoomModels | undefined>();
  useEffect(() => {
    if (!isJoined) return undefined;
    const opened = workspace.openRoom(roomId);
    setModels(opened);
    return () => {
      opened?.dispose();
      setModels(undefined);
    };
  }, [workspace, roomId, isJoined]);
  if (room?.membership === 'invited') return <Invitation {...props} room={room} />;
  if (room === undefined || models === undefined)
    return <NotThere isKnown={room !== undefined} onBack={props.onBack} />;
  return <Conversation {...props} room={room} models={models} />;
}

function NotThere({ isKnown, onBack }: { readonly isKnown: boolean; readonly onBack: () => void }): ReactElement {
  const { t } = useI18n();
  const [isPatient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (isPatient || isKnown) {
    return (
      <div className="st-waiting">
        <Spinner size={36} label={t('timeline.loading')} />
      </div>
    );
  }
  return (
    <EmptyState
      icon="info"
      title={t('room.unknownTitle')}
      action={<Button onPress={onBack}>{t('action.back')}</Button>}
    >
      {t('room.unknownText')}
    </EmptyState>
  );
}

function Invitation({
  room,
  onAccept,
  onDecline,
  onBack,
}: ConversationScreenProps & { readonly room: RoomSummary }): ReactElement {
  const { t } = useI18n();
  const inviter = room.inviter?.name ?? '';
  return (
    <EmptyState
      icon="invite"
      title={room.isDirect ? inviter : room.name}
      action={
        <span className="st-button-row">
          <Button onPress={() => void onAccept(room)}>{t('invitation.accept')}</Button>
          <Button
            variant="secondary"
            onPress={() => {
              onBack();
              inBackground(onDecline(room));
            }}
          >
            {t('invitation.decline')}
          </Button>
        </span>
      }
    >
      {room.isDirect ? t('invitation.direct') : t('invitation.room', { name: inviter })}
    </EmptyState>
  );
}
