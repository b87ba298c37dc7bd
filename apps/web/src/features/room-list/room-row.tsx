import { Avatar, Badge, Icon } from '@stafette/ui';
import { memo, type ReactElement } from 'react';
import { Link } from 'wouter';
import { shortMoment } from '../../i18n/dates.ts';
import { useI18n, type UsedI18n } from '../../i18n/use-i18n.ts';
import { inOneLine } from '../timeline/body-summary.ts';
import type { LastMessage, RoomSummary } from '../../model/room-summary.ts';

export interface RoomRowProps {
  readonly room: RoomSummary;
  readonly isCurrent: boolean;
  readonly isTabStop: boolean;
  readonly now: number;
}

function previewText({ preview }: LastMessage, { t }: UsedI18n): string {
  switch (preview.kind) {
    case 'text':
      return inOneLine(preview.text);
    case 'membership':
      return t(
        preview.change === 'joined' ? 'notice.joined' : preview.change === 'left' ? 'notice.left' : 'preview.invited',
        { name: preview.name },
      );
    case 'created':
      return t('preview.created');
    case 'image':
      return t('preview.image');
    case 'file':
      return t('preview.file');
    case 'deleted':
      return t('preview.deleted');
    case 'waiting':
      return t('preview.waiting');
    case 'verification':
      return t('preview.verification');
    case 'other':
      return t('preview.other');
  }
}

function senderText(last: LastMessage, room: RoomSummary, { t }: UsedI18n): string {
  if (last.preview.kind === 'membership' || last.preview.kind === 'created') return '';
  if (last.isOwn) return `${t('list.you')}: `;
  return room.isDirect ? '' : `${last.sender.name}: `;
}

export const RoomRow = memo(function RoomRow({ room, isCurrent, isTabStop, now }: RoomRowProps): ReactElement {
  const i18n = useI18n();
  const { t, language } = i18n;
  const { lastMessage: last, unreadCount, mentionCount } = room;
  return (
    <Link
      href={`/room/${encodeURIComponent(room.roomId)}`}
      className="st-room"
      aria-current={isCurrent ? 'page' : undefined}
      tabIndex={isTabStop ? 0 : -1}
      data-room-link
      data-testid="room-list-item"
      data-room-id={room.roomId}
      data-unread={unreadCount > 0 || undefined}
    >
      <Avatar name={room.name} seed={room.partner?.userId ?? room.roomId} shape={room.isDirect ? 'person' : 'room'} />
      <span className="st-room__main">
        <span className="st-room__line">
          <span className="st-room__name">{room.name}</span>
          {last && <time className="st-room__time">{shortMoment(t, language, last.ts, now)}</time>}
        </span>
        <span className="st-room__line">
          <span className="st-room__preview">
            {last === undefined ? '' : senderText(last, room, i18n)}
            {last?.preview.kind === 'image' && <Icon name="image" size={16} />}
            {last?.preview.kind === 'file' && <Icon name="file" size={16} />}
            {last === undefined ? t('preview.nothing') : previewText(last, i18n)}
          </span>
          {mentionCount > 0 && <Badge text="@" label={t('list.mentioned')} tone="danger" />}
          {unreadCount > 0 && (
            <Badge
              text={unreadCount > 99 ? '99+' : String(unreadCount)}
              label={t('list.unreadCount', { count: unreadCount })}
            />
          )}
        </span>
      </span>
    </Link>
  );
});
