import { Icon, IconButton, PopoverTrigger } from '@stafette/ui';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { EmojiPicker } from '../emoji-picker/emoji-picker.tsx';
import { bodySummary } from '../timeline/body-summary.ts';
import type { ComposerSnapshot } from './composer-view-model.ts';
import { MentionList } from './mention-list.tsx';

export interface ComposerViewProps {
  readonly snapshot: ComposerSnapshot;
  readonly roomName: string;
  readonly isEncrypted: boolean;
  readonly onChange: (text: string, caret?: number) => void;
  readonly onMoveSuggestion: (step: 1 | -1) => void;
  /** Returns where the caret belongs then. */
  readonly onTakeSuggestion: (index?: number) => number | undefined;
  /** False when there were none. */
  readonly onCloseSuggestions: () => boolean;
  readonly onSend: () => void;
  readonly onAttach: (files: readonly File[]) => void;
  readonly onCancelFile: (id: number) => void;
  readonly onRetryFile: (id: number) => void;
  /** False when there was nothing to cancel. */
  readonly onCancelMode: () => boolean;
  readonly onEditLast: () => void;
}

const MAXIMUM_LINES = 8;
const QUICK_EMOJIS = ['👍', '😀', '❤️', '🎉', '🙏', '✅'] as const;

export function ComposerView(props: ComposerViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot, onSend } = props;
  const { text, mode } = snapshot;
  const input = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const listId = useId();
  const nextCaret = useRef<number>(undefined);

  // With the text it belongs to: a frame later, letters typed meanwhile would stand before it.
  useLayoutEffect(() => {
    if (nextCaret.current !== undefined) input.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = undefined;
  });

  // Grows with its text up to eight lines, then scrolls.
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    const lineHeight = Number.parseFloat(getComputedStyle(element).lineHeight);
    element.style.height = `${Math.min(element.scrollHeight, Math.round(lineHeight * MAXIMUM_LINES) + 20)}px`;
  }, [text]);

  useEffect(() => {
    input.current?.focus();
    const length = input.current?.value.length ?? 0;
    input.current?.setSelectionRange(length, length);
  }, [mode]);

  /** The text keeps the focus meanwhile. */
  const take = (index?: number): void => {
    nextCaret.current = props.onTakeSuggestion(index);
  };

  /** While names are offered, these keys are for them. */
  const onSuggestionKey = ({ key, shiftKey }: KeyboardEvent): boolean => {
    if (key === 'ArrowDown' || key === 'ArrowUp') props.onMoveSuggestion(key === 'ArrowDown' ? 1 : -1);
    else if ((key === 'Enter' || key === 'Tab') && !shiftKey) take();
    else return key === 'Escape' && props.onCloseSuggestions();
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While an input method composes, its keys are its own.
    if (event.nativeEvent.isComposing) return;
    if (snapshot.suggestions !== undefined && onSuggestionKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      onSend();
    } else if (event.key === 'Escape' && props.onCancelMode()) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      props.onEditLast();
    }
  };

  const onPaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    props.onAttach(files);
  };

  const insert = (emoji: string): void => {
    const element = input.current;
    const start = element?.selectionStart ?? text.length;
    const end = element?.selectionEnd ?? text.length;
    nextCaret.current = start + emoji.length;
    props.onChange(text.slice(0, start) + emoji + text.slice(end));
    requestAnimationFrame(() => element?.focus());
  };

  return (
    <div className="st-composer" data-testid="composer-area">
      <FileQueue {...props} />
      {mode.kind !== 'new' && (
        <div className="st-composer__mode">
          <Icon name={mode.kind === 'reply' ? 'reply' : 'edit'} size={18} />
          <span className="st-composer__mode-text">
            <strong>
              {mode.kind === 'reply'
                ? t('composer.replyTo', { name: mode.message.sender.name })
                : t('composer.editing')}
            </strong>
            <span>{bodySummary(mode.message.body, t)}</span>
          </span>
          <IconButton icon="close" size="small" label={t('action.cancel')} onPress={() => props.onCancelMode()} />
        </div>
      )}
      {snapshot.suggestions && <MentionList id={listId} suggestions={snapshot.suggestions} onTake={take} />}
      <div className="st-composer__row">
        <IconButton
          icon="attach"
          label={t('composer.attach')}
          onPress={() => picker.current?.click()}
          testId="composer-attach"
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-testid="composer-file"
          onChange={(event) => {
            props.onAttach([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <div className="st-composer__box">
          <textarea
            ref={input}
            className="st-composer__input"
            rows={1}
            value={text}
            placeholder={t(props.isEncrypted ? 'composer.placeholderEncrypted' : 'composer.placeholder')}
            aria-label={t('composer.label', { room: props.roomName })}
            data-testid="composer"
            aria-autocomplete="list"
            aria-controls={snapshot.suggestions && listId}
            aria-activedescendant={snapshot.suggestions && `${listId}-${snapshot.suggestions.activeIndex}`}
            onChange={(event) => props.onChange(event.target.value, event.target.selectionEnd)}
            onBlur={() => props.onCloseSuggestions()}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
          <PopoverTrigger icon="smile" label={t('composer.emoji')} placement="top end" testId="composer-emoji">
            {(close) => (
              <EmojiPicker
                quick={QUICK_EMOJIS}
                onPick={(emoji) => {
                  close();
                  insert(emoji);
                }}
              />
            )}
          </PopoverTrigger>
        </div>
        <IconButton
          icon={mode.kind === 'edit' ? 'check' : 'send'}
          tone="primary"
          label={t(mode.kind === 'edit' ? 'composer.saveEdit' : 'composer.send')}
          isDisabled={text.trim() === ''}
          onPress={onSend}
          testId="composer-send"
        />
      </div>
    </div>
  );
}

function FileQueue({ snapshot, onCancelFile, onRetryFile }: ComposerViewProps): ReactElement | null {
  const { t } = useI18n();
  if (snapshot.files.length === 0) return null;
  return (
    <ul className="st-uploads" aria-label={t('composer.uploads')}>
      {snapshot.files.map(({ id, name, progress, failure }) => (
        <li key={id} className="st-upload" data-failed={failure !== undefined || undefined}>
          <Icon name={failure === undefined ? 'file' : 'error'} size={18} />
          <span className="st-upload__text">
            <span className="st-upload__name">{name}</span>
            {failure === undefined ? (
              <progress value={progress} max={1} aria-label={t('composer.uploading', { name })} />
            ) : (
              <span role="alert">{t(FAILURE_TEXTS[failure])}</span>
            )}
          </span>
          {failure !== undefined && (
            <IconButton icon="retry" size="small" label={t('action.tryAgain')} onPress={() => onRetryFile(id)} />
          )}
          <IconButton
            icon="close"
            size="small"
            label={t('composer.cancelUpload', { name })}
            onPress={() => onCancelFile(id)}
          />
        </li>
      ))}
    </ul>
  );
}
