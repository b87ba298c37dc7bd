import { Badge, Button, EmptyState, Icon, SearchField } from '@stafette/ui';
import { useRef, type KeyboardEvent, type ReactElement, type Ref } from 'react';
import { Virtualizer } from 'virtua';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { RoomSummary } from '../../model/room-summary.ts';
import { InvitationRow } from './invitation-row.tsx';
import { RoomRow } from './room-row.tsx';
import type { RoomFilter, RoomListSnapshot } from './room-list-view-model.ts';

export interface RoomListViewProps {
  readonly snapshot: RoomListSnapshot;
  readonly currentRoomId: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly searchRef: Ref<HTMLInputElement>;
  readonly onSearch: (query: string) => void;
  readonly onFilter: (filter: RoomFilter) => void;
  readonly onAccept: (room: RoomSummary) => Promise<void>;
  readonly onDecline: (room: RoomSummary) => Promise<void>;
  readonly onNewChat: () => void;
}

const FILTERS = [
  ['all', 'list.filterAll'],
  ['unread', 'list.filterUnread'],
  ['people', 'list.filterPeople'],
  ['rooms', 'list.filterRooms'],
] as const;

/** One stop for the Tab key; the arrows walk through the rows. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-room-link]')];
  const next = rows[rows.findIndex((row) => row === document.activeElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

export function RoomListView(props: RoomListViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot, currentRoomId } = props;
  const scrollRef = useRef<HTMLDivElement>(null);
  const tabStop = snapshot.rooms.some(({ roomId }) => roomId === currentRoomId)
    ? currentRoomId
    : snapshot.rooms[0]?.roomId;
  return (
    <>
      <div className="st-list-tools">
        <SearchField
          label={t('list.search')}
          clearLabel={t('action.clear')}
          value={snapshot.query}
          onChange={props.onSearch}
          inputRef={props.searchRef}
          testId="room-search"
        />
        <div className="st-chips" role="group" aria-label={t('list.filter')}>
          {FILTERS.map(([filter, label]) => (
            <button
              key={filter}
              type="button"
              className="st-chip"
              aria-pressed={snapshot.filter === filter}
              onClick={() => props.onFilter(filter)}
            >
              {t(label)}
            </button>
          ))}
        </div>
      </div>
      <div className="st-list-scroll" ref={scrollRef}>
        {snapshot.invitations.length > 0 && (
          <section aria-label={t('list.invitations')}>
            <h2 className="st-list-heading">
              {t('list.invitations')}{' '}
              <Badge
                text={String(snapshot.invitations.length)}
                label={t('list.invitationCount', { count: snapshot.invitations.length })}
              />
            </h2>
            <ul className="st-plain-list">
              {snapshot.invitations.map((room) => (
                <InvitationRow key={room.roomId} room={room} onAccept={props.onAccept} onDecline={props.onDecline} />
              ))}
            </ul>
          </section>
        )}
        {snapshot.isEmpty && (
          <EmptyState
            icon="message"
            title={t('list.emptyTitle')}
            action={
              <Button icon="compose" onPress={props.onNewChat}>
                {t('newChat.title')}
              </Button>
            }
          >
            {t('list.emptyText')}
          </EmptyState>
        )}
        {!snapshot.isEmpty && snapshot.rooms.length === 0 && snapshot.invitations.length === 0 && (
          <p className="st-list-nothing" role="status">
            <Icon name="search" /> {t('list.nothingFound')}
          </p>
        )}
        <div onKeyDown={walk} role="presentation">
          <Virtualizer as="ul" item="li" scrollRef={scrollRef} itemSize={76}>
            {snapshot.rooms.map((room) => (
              <RoomRow
                key={room.roomId}
                room={room}
                isCurrent={room.roomId === currentRoomId}
                isTabStop={room.roomId === tabStop}
                now={props.now}
              />
            ))}
          </Virtualizer>
        </div>
      </div>
    </>
  );
}
