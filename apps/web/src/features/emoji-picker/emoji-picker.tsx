import { SearchField, Spinner } from '@stafette/ui';
import { useEffect, useState, type ReactElement } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { useI18n } from '../../i18n/use-i18n.ts';
import { findEmojis, loadEmojiGroups, type CatalogEmoji, type EmojiGroup } from './emoji-catalog.ts';
import { inBackground } from '../../observable/in-background.ts';

export interface EmojiPickerProps {
  /** Offered at once, before the catalog is there. */
  readonly quick: readonly string[];
  readonly onPick: (emoji: string) => void;
}

const GROUP_SYMBOLS: Readonly<Record<number, string>> = {
  0: '😀',
  1: '👋',
  3: '🐻',
  4: '🍎',
  5: '🚗',
  6: '⚽',
  7: '💡',
  8: '✅',
  9: '🏳️',
};

export function EmojiPicker({ quick, onPick }: EmojiPickerProps): ReactElement {
  const { t, language } = useI18n();
  const [groups, setGroups] = useState<readonly EmojiGroup[] | undefined>();
  const [groupId, setGroupId] = useState(0);
  const [query, setQuery] = useState('');
  useEffect(() => {
    let isWanted = true;
    inBackground(
      loadEmojiGroups(language).then((loaded) => {
        if (isWanted) setGroups(loaded);
      }),
    );
    return () => {
      isWanted = false;
    };
  }, [language]);
  const shown: readonly CatalogEmoji[] =
    groups === undefined
      ? []
      : query.trim() === ''
        ? (groups.find(({ id }) => id === groupId)?.emojis ?? [])
        : findEmojis(groups, query);
  return (
    <div className="st-emoji-picker" data-testid="emoji-picker">
      <div className="st-emoji-quick">
        {quick.map((emoji) => (
          <button key={emoji} type="button" className="st-emoji" onClick={() => onPick(emoji)} data-emoji={emoji}>
            {emoji}
          </button>
        ))}
      </div>
      <SearchField
        label={t('emoji.search')}
        clearLabel={t('action.clear')}
        value={query}
        onChange={setQuery}
        autoFocus
      />
      {groups === undefined ? (
        <div className="st-emoji-loading">
          <Spinner label={t('emoji.loading')} />
        </div>
      ) : (
        <>
          {query.trim() === '' && (
            <div className="st-emoji-groups" role="group" aria-label={t('emoji.groups')}>
              {groups.map(({ id }) => (
                <button
                  key={id}
                  type="button"
                  className="st-emoji-group"
                  aria-pressed={id === groupId}
                  aria-label={t('emoji.group', { symbol: GROUP_SYMBOLS[id] ?? '' })}
                  onClick={() => setGroupId(id)}
                >
                  {GROUP_SYMBOLS[id]}
                </button>
              ))}
            </div>
          )}
          <ListBox
            aria-label={t('emoji.label')}
            className="st-emoji-grid"
            layout="grid"
            items={shown.map((emoji) => ({ ...emoji, id: emoji.symbol }))}
            dependencies={[onPick]}
            onAction={(symbol) => onPick(String(symbol))}
            renderEmptyState={() => <p className="st-emoji-loading">{t('list.nothingFound')}</p>}
          >
            {({ id, symbol, name }) => (
              <ListBoxItem id={id} textValue={name} className="st-emoji" aria-label={name}>
                {symbol}
              </ListBoxItem>
            )}
          </ListBox>
        </>
      )}
    </div>
  );
}
