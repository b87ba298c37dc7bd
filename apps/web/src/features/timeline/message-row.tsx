import { Avatar, Icon } from '@stafette/ui';
import { memo, useState, type KeyboardEvent, type ReactElement } from 'react';
import { fullTimeOf, timeOf } from '../../i18n/dates.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { DeliveryState, MessageItem } from '../../model/timeline-item.ts';
import { bodySummary } from './body-summary.ts';
import { MessageActions, type MessageActionHandlers } from './message-actions.tsx';
import type { MediaAccess } from './media-access.ts';
import { MessageBodyView } from './message-body-view.tsx';
import { Reactions } from './reactions.tsx';

export interface MessageRowProps extends MessageActionHandlers {
  readonly message: MessageItem;
  readonly isFirstOfGroup: boolean;
  readonly isLastOfGroup: boolean;
  /** In a chat of two it is plain who the other is, and who has read. */
  readonly isDirect: boolean;
  readonly isTabStop: boolean;
  readonly media: MediaAccess;
  readonly onFocus: (key: string) => void;
  readonly onJump: (eventId: string) => void;
}

const DELIVERY_TEXTS = {
  sending: 'delivery.sending',
  failed: 'delivery.failed',
  sent: 'delivery.sent',
  read: 'delivery.read',
} as const satisfies Record<DeliveryState, string>;
const DELIVERY_ICONS = {
  sending: 'clock',
  failed: 'error',
  sent: 'check',
  read: 'checkDouble',
} as const satisfies Record<DeliveryState, string>;

export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactElement {
  const { t, language } = useI18n();
  const { message, isFirstOfGroup, isLastOfGroup, isDirect } = props;
  const [isHovered, setHovered] = useState(false);
  const [isFocusWithin, setFocusWithin] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { sender, isOwn, body, reply, delivery } = message;
  const time = timeOf(language, message.ts);
  const label = [
    isOwn ? t('list.you') : sender.name,
    reply && t('message.replyTo', { name: reply.sender?.name ?? t('message.unknownSender') }),
    bodySummary(body, t),
    time,
    message.isEdited && t('message.edited'),
    isOwn && t(DELIVERY_TEXTS[delivery]),
  ];
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // Single letters only while the message itself has the focus.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'r' && message.eventId !== undefined) props.onReply(message);
    else if (event.key === 'e' && message.canEdit) props.onEdit(message);
    else if (event.key === 'c' && body.kind === 'text') props.onCopy(message);
    else return;
    event.preventDefault();
  };
  const showsActions = body.kind !== 'deleted' && (isHovered || isFocusWithin || isMenuOpen);
  return (
    <article
      className="st-message"
      tabIndex={props.isTabStop ? 0 : -1}
      aria-label={label.filter(Boolean).join(', ')}
      data-own={isOwn || undefined}
      data-first={isFirstOfGroup || undefined}
      data-last={isLastOfGroup || undefined}
      data-testid="timeline-message"
      data-event-id={message.eventId}
      data-delivery={delivery}
      data-message-key={message.key}
      onKeyDown={onKeyDown}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => {
        setFocusWithin(true);
        props.onFocus(message.key);
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocusWithin(false);
      }}
    >
      {!isOwn && !isDirect && (
        <span className="st-message__avatar">
          {isLastOfGroup && <Avatar name={sender.name} seed={sender.userId} size={36} />}
        </span>
      )}
      <div className="st-message__column">
        <div className="st-bubble" data-kind={body.kind}>
          {isFirstOfGroup && !isOwn && !isDirect && <span className="st-message__sender">{sender.name}</span>}
          {reply && (
            <button type="button" className="st-quote" onClick={() => props.onJump(reply.eventId)}>
              <strong>{reply.sender?.name ?? t('message.unknownSender')}</strong>
              <span>{reply.body === undefined ? t('message.replyLoading') : bodySummary(reply.body, t)}</span>
            </button>
          )}
          <div className="st-message__body" data-testid="message-body">
            <MessageBodyView message={message} media={props.media} />
          </div>
          <span className="st-message__meta" aria-hidden="true">
            {message.trust !== 'good' && (
              <span
                className="st-message__trust"
                title={t(message.trust === 'doubtful' ? 'message.doubtful' : 'message.unconfirmedDevice')}
              >
                <Icon name="warning" size={14} />
              </span>
            )}
            {message.isEdited && <span>{t('message.edited')}</span>}
            <time title={fullTimeOf(language, message.ts)}>{time}</time>
            {isOwn && (
              <span className="st-message__delivery" data-state={delivery} title={t(DELIVERY_TEXTS[delivery])}>
                <Icon name={DELIVERY_ICONS[delivery]} size={16} />
              </span>
            )}
          </span>
        </div>
        <Reactions message={message} onToggle={props.onReact} />
        {delivery === 'failed' && (
          <div className="st-message__failure" role="alert">
            <span>{t('message.failed')}</span>
            <button type="button" onClick={() => props.onRetry(message)} data-testid="message-retry">
              {t('action.tryAgain')}
            </button>
            <button type="button" onClick={() => props.onDiscard(message)}>
              {t('message.discard')}
            </button>
          </div>
        )}
        {showsActions && <MessageActions {...props} onMenuOpen={setMenuOpen} />}
      </div>
      {!isDirect && message.readers.length > 0 && (
        <span
          className="st-readers"
          title={t('message.readBy', { names: message.readers.map(({ name }) => name).join(', ') })}
          data-testid="readers"
        >
          {message.readers.slice(0, 4).map(({ userId, name }) => (
            <Avatar key={userId} name={name} seed={userId} size={20} />
          ))}
          {message.readers.length > 4 && <span>+{message.readers.length - 4}</span>}
        </span>
      )}
    </article>
  );
});
