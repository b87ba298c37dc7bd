import { Button, EmptyState, Icon, Spinner } from '@stafette/ui';
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { Virtualizer, type CustomContainerComponentProps, type VirtualizerHandle } from 'virtua';
import { dayHeading } from '../../i18n/dates.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { MediaAccess } from './media-access.ts';
import type { MessageActionHandlers } from './message-actions.tsx';
import { MessageRow } from './message-row.tsx';
import { NoticesRow } from './notices-row.tsx';
import type { TimelineRow } from './timeline-rows.ts';
import { usePersonScrolling } from './use-person-scrolling.ts';
import { useStickToBottom } from './use-stick-to-bottom.ts';
import type { TimelineSnapshot } from './timeline-view-model.ts';
import { TypingLine } from './typing-line.tsx';

export interface TimelineViewProps extends MessageActionHandlers {
  readonly snapshot: TimelineSnapshot;
  readonly roomName: string;
  readonly isDirect: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly media: MediaAccess;
  readonly onLoadOlder: () => void;
  readonly onPlace: (isAtBottom: boolean) => void;
}

const BOTTOM_PX = 40;
const LOAD_AHEAD_PX = 800;

const ListLabel = createContext('');

function TimelineList({
  children,
  style,
  ref,
}: CustomContainerComponentProps & { readonly ref?: React.Ref<HTMLOListElement> }): ReactElement {
  const label = use(ListLabel);
  return (
    <ol ref={ref} style={style} aria-label={label} className="st-timeline__list">
      {children}
    </ol>
  );
}

export function TimelineView(props: TimelineViewProps): ReactElement {
  const { t, language } = useI18n();
  const { snapshot, onLoadOlder, onPlace } = props;
  const { rows } = snapshot;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const sticksToBottom = useRef(true);
  const isPersonScrolling = usePersonScrolling(scroller);
  useStickToBottom(scroller, sticksToBottom);
  const shownPrepends = useRef(snapshot.prepends);
  const [isAtBottom, setAtBottom] = useState(true);
  const [focusedKey, setFocusedKey] = useState<string | undefined>();
  const lastMessageKey = rows.findLast(({ kind }) => kind === 'message')?.key;
  const tabStop = focusedKey !== undefined && rows.some(({ key }) => key === focusedKey) ? focusedKey : lastMessageKey;
  const tabStopIndex = rows.findIndex(({ key }) => key === tabStop);

  const scrollToBottom = useCallback(
    () => list.current?.scrollToIndex(rows.length - 1, { align: 'end' }),
    [rows.length],
  );

  useLayoutEffect(() => {
    shownPrepends.current = snapshot.prepends;
  }, [snapshot.prepends]);

  // What somebody sends is what they want to see.
  const lastRow = rows.at(-1);
  const ownLastKey = lastRow?.kind === 'message' && lastRow.message.isOwn ? lastRow.key : undefined;
  useLayoutEffect(() => {
    if (ownLastKey !== undefined) sticksToBottom.current = true;
  }, [ownLastKey]);

  useLayoutEffect(() => {
    if (sticksToBottom.current) scrollToBottom();
  }, [rows, scrollToBottom]);

  const loadIfNear = useCallback(() => {
    if ((list.current?.scrollOffset ?? 0) < LOAD_AHEAD_PX) onLoadOlder();
  }, [onLoadOlder]);

  // A short first page does not fill the screen, so nobody scrolls: go on until it does.
  useEffect(() => {
    if (snapshot.hasOlder && !snapshot.isLoadingOlder && !snapshot.hasLoadingFailed) loadIfNear();
  }, [snapshot.hasOlder, snapshot.isLoadingOlder, snapshot.hasLoadingFailed, rows, loadIfNear]);

  const onScroll = (offset: number): void => {
    const handle = list.current;
    if (handle === null) return;
    const isBottom = handle.scrollSize - handle.viewportSize - offset < BOTTOM_PX;
    // Only a person leaves the bottom; a message that grows does not take it away.
    if (isBottom) sticksToBottom.current = true;
    else if (isPersonScrolling()) sticksToBottom.current = false;
    setAtBottom(isBottom || sticksToBottom.current);
    onPlace(isBottom || sticksToBottom.current);
    loadIfNear();
  };

  const focusRow = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    sticksToBottom.current = index === rows.length - 1;
    setFocusedKey(row.key);
    list.current?.scrollToIndex(index, { align: 'nearest' });
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(row.key)}"]`)?.focus(),
    );
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['messageKey'] === undefined) return;
    const indexes = rows.flatMap(({ kind }, index) => (kind === 'message' ? [index] : []));
    const here = indexes.indexOf(tabStopIndex);
    const target = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      Home: 0,
      End: indexes.length - 1,
      PageUp: Math.max(0, here - 10),
      PageDown: Math.min(indexes.length - 1, here + 10),
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = indexes[target];
    if (index !== undefined) focusRow(index);
  };

  const onJump = useCallback(
    (eventId: string) => {
      const index = rows.findIndex((row) => row.kind === 'message' && row.message.eventId === eventId);
      if (index === -1) return;
      sticksToBottom.current = false;
      setFocusedKey(rows[index]?.key);
      list.current?.scrollToIndex(index, { align: 'center' });
    },
    [rows],
  );

  const renderRow = (row: TimelineRow): ReactElement => {
    switch (row.kind) {
      case 'day':
        return (
          <h2 key={row.key} className="st-day">
            <span>{dayHeading(t, language, row.ts, props.now)}</span>
          </h2>
        );
      case 'unread':
        return (
          <h2 key={row.key} className="st-unread-line" data-testid="unread-line">
            <span>{t('timeline.newMessages')}</span>
          </h2>
        );
      case 'notices':
        return <NoticesRow key={row.key} notices={row.notices} />;
      case 'message':
        return (
          <MessageRow
            key={row.key}
            message={row.message}
            isFirstOfGroup={row.isFirstOfGroup}
            isLastOfGroup={row.isLastOfGroup}
            isDirect={props.isDirect}
            isTabStop={row.key === tabStop}
            media={props.media}
            onFocus={setFocusedKey}
            onJump={onJump}
            onReply={props.onReply}
            onEdit={props.onEdit}
            onDelete={props.onDelete}
            onCopy={props.onCopy}
            onReact={props.onReact}
            onRetry={props.onRetry}
            onDiscard={props.onDiscard}
          />
        );
    }
  };

  return (
    <ListLabel value={t('timeline.label', { room: props.roomName })}>
      <div className="st-timeline" data-testid="timeline" onKeyDown={onKeyDown}>
        <div className="st-timeline__scroll" ref={scroller}>
          <div className="st-timeline__spacer" />
          {rows.length === 0 && !snapshot.isLoadingOlder && (
            <EmptyState icon="message" title={t('timeline.emptyTitle')}>
              {t('timeline.emptyText')}
            </EmptyState>
          )}
          <Virtualizer
            ref={list}
            as={TimelineList}
            item="li"
            scrollRef={scroller}
            shift={shownPrepends.current !== snapshot.prepends}
            keepMounted={tabStopIndex === -1 ? [] : [tabStopIndex]}
            onScroll={onScroll}
          >
            {rows.map(renderRow)}
          </Virtualizer>
        </div>
        {(snapshot.isLoadingOlder || snapshot.hasLoadingFailed) && (
          <div className="st-timeline__top">
            {snapshot.isLoadingOlder && <Spinner label={t('timeline.loading')} />}
            {snapshot.hasLoadingFailed && (
              <Button variant="quiet" size="small" icon="retry" onPress={onLoadOlder}>
                {t('timeline.loadFailed')}
              </Button>
            )}
          </div>
        )}
        {!isAtBottom && (
          <button
            type="button"
            className="st-to-latest"
            aria-label={t('timeline.toLatest', { count: snapshot.newBelow })}
            data-testid="jump-to-latest"
            onClick={() => {
              sticksToBottom.current = true;
              scrollToBottom();
            }}
          >
            {snapshot.newBelow > 0 && <span className="st-badge st-badge--accent">{snapshot.newBelow}</span>}
            <Icon name="arrowDown" />
          </button>
        )}
        <TypingLine people={snapshot.typing} />
      </div>
    </ListLabel>
  );
}
