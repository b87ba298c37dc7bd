import { Button, Icon } from '@stafette/ui';
import { useMemo, useState, type ReactElement } from 'react';
import { sizeOf } from '../../i18n/dates.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { MessageBody, MessageItem, WaitingReason } from '../../model/timeline-item.ts';
import { ImageView } from './image-view.tsx';
import { isOnlyEmoji, LinkifiedText } from './linkified-text.tsx';
import type { MediaAccess } from './media-access.ts';
import { sanitizedHtml } from './sanitized-html.ts';

const WAITING_TEXTS = {
  'key-missing': 'waiting.keyMissing',
  'before-this-device': 'waiting.beforeThisDevice',
  'not-a-member': 'waiting.notAMember',
  'unverified-device': 'waiting.unverifiedDevice',
  'sender-changed': 'waiting.senderChanged',
} as const satisfies Record<WaitingReason, string>;

export function MessageBodyView({
  message,
  media,
}: {
  readonly message: MessageItem;
  readonly media: MediaAccess;
}): ReactElement {
  const { t } = useI18n();
  const { body } = message;
  switch (body.kind) {
    case 'text':
      return <TextBody body={body} senderName={message.sender.name} />;
    case 'image':
      return (
        <>
          <ImageView body={body} media={media} />
          {body.caption !== undefined && <LinkifiedText text={body.caption} />}
        </>
      );
    case 'file':
      return <FileBody body={body} media={media} />;
    case 'deleted':
      return (
        <span className="st-message__muted">
          <Icon name="delete" size={16} />{' '}
          {body.by === undefined ? t('message.deleted') : t('message.deletedBy', { name: body.by.name })}
          {body.reason !== undefined && ` (${body.reason})`}
        </span>
      );
    case 'waiting':
      return (
        <span className="st-message__muted" data-testid="waiting-message">
          <Icon name="clock" size={16} /> {t(WAITING_TEXTS[body.reason])}
        </span>
      );
    case 'verification':
      return (
        <span className="st-message__muted">
          <Icon name="shield" size={16} />{' '}
          {message.isOwn ? t('message.verificationOwn') : t('message.verification', { name: message.sender.name })}
        </span>
      );
    case 'unsupported':
      return (
        <span className="st-message__muted">
          <Icon name="info" size={16} /> {t('message.unsupported')}
        </span>
      );
  }
}

function TextBody({
  body,
  senderName,
}: {
  readonly body: Extract<MessageBody, { kind: 'text' }>;
  readonly senderName: string;
}): ReactElement {
  const { html, text, flavor } = body;
  const clean = useMemo(() => (html === undefined ? undefined : sanitizedHtml(html)), [html]);
  if (flavor === 'emote') {
    return (
      <em>
        {senderName} <LinkifiedText text={text} />
      </em>
    );
  }
  // Sanitized just above.
  if (clean !== undefined) return <div className="st-rich-text" dangerouslySetInnerHTML={{ __html: clean }} />;
  if (isOnlyEmoji(text)) return <span className="st-large-emoji">{text}</span>;
  return <LinkifiedText text={text} />;
}

function FileBody({
  body,
  media,
}: {
  readonly body: Extract<MessageBody, { kind: 'file' }>;
  readonly media: MediaAccess;
}): ReactElement {
  const { t, language } = useI18n();
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const { file, caption } = body;
  const save = async (): Promise<void> => {
    setState('loading');
    const outcome = await media.save(file);
    setState(outcome.ok ? 'idle' : 'failed');
  };
  return (
    <>
      <span className="st-file" data-testid="file-message">
        <span className="st-file__icon">
          <Icon name="file" size={24} />
        </span>
        <span className="st-file__text">
          <span className="st-file__name">{file.name}</span>
          <span className="st-file__size">
            {state === 'failed'
              ? t('media.failed')
              : file.sizeBytes === undefined
                ? ''
                : sizeOf(language, file.sizeBytes)}
          </span>
        </span>
        <Button
          variant="quiet"
          size="small"
          icon="download"
          isPending={state === 'loading'}
          onPress={() => void save()}
        >
          {t('action.save')}
        </Button>
      </span>
      {caption !== undefined && <LinkifiedText text={caption} />}
    </>
  );
}
