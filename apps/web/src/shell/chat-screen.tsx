import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useLocation, useRoute } from 'wouter';
import { RoomListViewModel } from '../features/room-list/room-list-view-model.ts';
import { RoomListView } from '../features/room-list/room-list-view.tsx';
import type { ConversationPurpose } from '../features/new-conversation/new-conversation-view-model.ts';
import { FAILURE_TEXTS } from '../i18n/failure-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import type { Outcome } from '../model/failure.ts';
import type { RoomSummary } from '../model/room-summary.ts';
import { useObservable, useViewModel } from '../observable/use-observable.ts';
import { ChatDialogs, type ChatDialog } from './chat-dialogs.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { ConversationScreen } from './conversation-screen.tsx';
import { FaultBoundary } from './fault-boundary.tsx';
import { ListHeader } from './list-header.tsx';
import { NoConversation } from './no-conversation.tsx';
import { useNow } from './use-now.ts';
import { useShortcuts } from './use-shortcuts.ts';
import type { WorkspaceScreenProps } from './workspace-props.ts';

const pathOf = (roomId: string): string => `/room/${encodeURIComponent(roomId)}`;

/** The list on the left, the conversation on the right; one of both where there is no room for two. */
export function ChatScreen({ app, workspace, theme, toasts }: WorkspaceScreenProps): ReactElement {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const [isRoom, parameters] = useRoute('/room/:roomId');
  const roomId = isRoom ? decodeURIComponent(parameters.roomId) : undefined;
  const now = useNow();
  const searchRef = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<ChatDialog | undefined>();
  const account = useObservable(app.account);
  const self = useObservable(workspace.self);
  const viewModel = useViewModel(() => new RoomListViewModel({ rooms: workspace.roomList.rooms }), [workspace]);
  const list = useObservable(viewModel.snapshot);
  const allRooms = useObservable(workspace.roomList.rooms);
  const room = useMemo(() => allRooms.find((candidate) => candidate.roomId === roomId), [allRooms, roomId]);

  const open = useCallback((target: string) => navigate(pathOf(target)), [navigate]);
  const report = useCallback(
    (outcome: Outcome<unknown>): boolean => {
      if (!outcome.ok) toasts.show('danger', t(FAILURE_TEXTS[outcome.failure.kind]));
      return outcome.ok;
    },
    [toasts, t],
  );
  const accept = useCallback(
    async ({ roomId: invited }: RoomSummary) => {
      if (report(await workspace.conversations.accept(invited))) open(invited);
    },
    [workspace, report, open],
  );
  const decline = useCallback(
    async ({ roomId: invited }: RoomSummary) => {
      report(await workspace.conversations.leave(invited));
    },
    [workspace, report],
  );
  const begin = useCallback((purpose: ConversationPurpose) => setDialog({ kind: 'conversation', purpose }), []);
  const message = useCallback(
    async (userId: string) => {
      const outcome = await workspace.conversations.openDirectChat(userId);
      if (outcome.ok) open(outcome.value);
      else report(outcome);
    },
    [workspace, open, report],
  );

  useShortcuts({
    onSearch: () => searchRef.current?.focus(),
    onSettings: () => setDialog({ kind: 'settings' }),
    onStep: (step) => {
      const index = list.rooms.findIndex((candidate) => candidate.roomId === roomId);
      const next = list.rooms[index + step];
      if (next) open(next.roomId);
    },
  });

  useEffect(() => {
    const place = room?.name ?? 'Stafette';
    document.title = list.unreadTotal > 0 ? `(${list.unreadTotal}) ${place}` : place;
  }, [room?.name, list.unreadTotal]);

  return (
    <div className="st-app" data-view={roomId === undefined ? 'list' : 'conversation'} data-testid="chat-screen">
      <a className="st-skip-link" href="#conversation">
        {t('skip.toConversation')}
      </a>
      <nav className="st-sidebar" aria-label={t('list.label')}>
        <ListHeader
          person={self}
          displayName={account?.displayName}
          agencyName={account?.agencyName}
          isAdmin={account?.isAdmin === true}
          onNewChat={() => begin({ kind: 'direct' })}
          onNewRoom={() => begin({ kind: 'room' })}
          onInvitePeople={() => setDialog({ kind: 'invitations' })}
          onSettings={() => setDialog({ kind: 'settings' })}
          onSignOut={() => setDialog({ kind: 'sign-out' })}
        />
        <ConnectionBar connection={workspace.session.connection} />
        <RoomListView
          snapshot={list}
          currentRoomId={roomId}
          now={now}
          searchRef={searchRef}
          onSearch={viewModel.search}
          onFilter={viewModel.choose}
          onAccept={accept}
          onDecline={decline}
          onNewChat={() => begin({ kind: 'direct' })}
        />
      </nav>
      <main className="st-main" id="conversation" tabIndex={-1}>
        {roomId === undefined ? (
          <NoConversation hasRooms={!list.isEmpty} onNewChat={() => begin({ kind: 'direct' })} />
        ) : (
          <FaultBoundary key={roomId}>
            <ConversationScreen
              roomId={roomId}
              room={room}
              workspace={workspace}
              toasts={toasts}
              now={now}
              onBack={() => navigate('/')}
              onInvite={(memberIds) => begin({ kind: 'invite', roomId, memberIds })}
              onMessage={(userId) => void message(userId)}
              onAccept={accept}
              onDecline={decline}
            />
          </FaultBoundary>
        )}
      </main>
      {dialog && (
        <ChatDialogs
          dialog={dialog}
          app={app}
          workspace={workspace}
          theme={theme}
          now={now}
          onOpenRoom={open}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}
