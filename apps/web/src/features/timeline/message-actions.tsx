import { Icon, IconButton, Menu, MenuButton, MenuItem, PopoverTrigger } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { MessageItem } from '../../model/timeline-item.ts';
import { EmojiPicker } from '../emoji-picker/emoji-picker.tsx';

export interface MessageActionHandlers {
  readonly onReply: (message: MessageItem) => void;
  readonly onEdit: (message: MessageItem) => void;
  readonly onDelete: (message: MessageItem) => void;
  readonly onCopy: (message: MessageItem) => void;
  readonly onReact: (message: MessageItem, key: string) => void;
  readonly onRetry: (message: MessageItem) => void;
  readonly onDiscard: (message: MessageItem) => void;
}

export interface MessageActionsProps extends MessageActionHandlers {
  readonly message: MessageItem;
  readonly onMenuOpen: (isOpen: boolean) => void;
}

const QUICK_REACTIONS = ['👍', '❤️', '😂', '🎉', '🙏'] as const;

export function MessageActions(props: MessageActionsProps): ReactElement | null {
  const { t } = useI18n();
  const { message, onMenuOpen } = props;
  if (message.eventId === undefined) return null;
  return (
    <div className="st-actions" role="toolbar" aria-label={t('message.actions')}>
      <PopoverTrigger
        icon="react"
        size="small"
        label={t('message.react')}
        onOpenChange={onMenuOpen}
        placement={message.isOwn ? 'top end' : 'top start'}
        testId="message-react"
      >
        {(close) => (
          <EmojiPicker
            quick={QUICK_REACTIONS}
            onPick={(emoji) => {
              close();
              props.onReact(message, emoji);
            }}
          />
        )}
      </PopoverTrigger>
      <IconButton
        icon="reply"
        size="small"
        label={t('message.reply')}
        onPress={() => props.onReply(message)}
        testId="message-reply"
      />
      <MenuButton
        label={t('message.more')}
        className="st-icon-button st-icon-button--default st-icon-button--small"
        onOpenChange={onMenuOpen}
        testId="message-menu"
        menu={
          <Menu label={t('message.actions')}>
            <MenuItem icon="reply" onAction={() => props.onReply(message)}>
              {t('message.reply')}
            </MenuItem>
            {message.canEdit && (
              <MenuItem icon="edit" onAction={() => props.onEdit(message)} testId="message-edit">
                {t('message.edit')}
              </MenuItem>
            )}
            {message.body.kind === 'text' && (
              <MenuItem icon="copy" onAction={() => props.onCopy(message)}>
                {t('message.copy')}
              </MenuItem>
            )}
            {message.canDelete && (
              <MenuItem icon="delete" isDanger onAction={() => props.onDelete(message)} testId="message-delete">
                {t('message.delete')}
              </MenuItem>
            )}
          </Menu>
        }
      >
        <Icon name="chevronDown" size={18} />
      </MenuButton>
    </div>
  );
}
