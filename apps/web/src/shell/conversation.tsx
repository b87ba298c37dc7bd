import { useCallback, useEffect, useState, type DragEvent, type ReactElement } from 'react';
import { ComposerViewModel } from '../features/composer/composer-view-model.ts';
import { ComposerView } from '../features/composer/composer-view.tsx';
import { createDraftStore } from '../features/composer/draft-store.ts';
import { markdownToHtml } from '../features/composer/markdown.ts';
import { MembersViewModel } from '../features/members/members-view-model.ts';
import { MembersView } from '../features/members/members-view.tsx';
import { TimelineViewModel } from '../features/timeline/timeline-view-model.ts';
import { TimelineView } from '../features/timeline/timeline-view.tsx';
import { useI18n } from '../i18n/use-i18n.ts';
import type { RoomModels } from '../matrix/workspace.ts';
import type { RoomSummary } from '../model/room-summary.ts';
import type { MessageItem } from '../model/timeline-item.ts';
import { useObservable, useViewModel } from '../observable/use-observable.ts';
import { Announcer } from './announcer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import type { ConversationScreenProps } from './conversation-props.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { copyText } from './page-actions.ts';
import { inBackground } from '../observable/in-background.ts';

export interface ConversationProps extends ConversationScreenProps {
  readonly room: RoomSummary;
  readonly models: RoomModels;
}

const drafts = createDraftStore(sessionStorage);

/** One open room: its header, messages, composer, and the panel of members. */
export function Conversation(props: ConversationProps): ReactElement {
  const { t } = useI18n();
  const { room, roomId, models, workspace, toasts, now } = props;
  const { conversations, verifications, media } = workspace;
  const [isPanelOpen, setPanelOpen] = useState(false);
  const [isDragging, setDragging] = useState(false);
  const [deleting, setDeleting] = useState<MessageItem | undefined>();
  const timeline = useViewModel(() => new TimelineViewModel(models.timeline), [models]);
  const composer = useViewModel(
    () =>
      new ComposerViewModel({
        roomId,
        toHtml: markdownToHtml,
        sendText: async (message) => models.sending.sendText(message),
        sendFile: async (file) => models.sending.sendFile(file),
        setTyping: async (isTyping) => models.sending.setTyping(isTyping),
        drafts,
        listPeople: () => models.members.members.get().filter(({ isSelf }) => !isSelf),
        now: () => Date.now(),
      }),
    [models, roomId],
  );
  const members = useViewModel(
    () =>
      new MembersViewModel({
        members: models.members.members,
        verify: async (userId) => verifications.verifyPerson(userId),
        leave: async () => conversations.leave(roomId),
        onLeft: props.onBack,
      }),
    [models, workspace, roomId],
  );
  const timelineSnapshot = useObservable(timeline.snapshot);
  const membersSnapshot = useObservable(members.snapshot);

  useEffect(() => {
    const onVisibility = (): void => timeline.setVisible(document.visibilityState === 'visible');
    onVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [timeline]);

  useEffect(() => {
    if (!timelineSnapshot.hasActionFailed) return;
    toasts.show('danger', t('message.actionFailed'));
    timeline.dismissFailure();
  }, [timelineSnapshot.hasActionFailed, timeline, toasts, t]);

  useEffect(() => {
    if (!isPanelOpen) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (
        event.key === 'Escape' &&
        !event.defaultPrevented &&
        document.querySelector('.st-overlay, .st-popover') === null
      )
        setPanelOpen(false);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isPanelOpen]);

  const copy = useCallback(
    (message: MessageItem) => {
      if (message.body.kind === 'text')
        inBackground(copyText(message.body.text).then(() => toasts.show('success', t('action.copied'))));
    },
    [toasts, t],
  );
  const react = useCallback(
    (message: MessageItem, key: string) => void timeline.toggleReaction(message, key),
    [timeline],
  );
  const retry = useCallback((message: MessageItem) => void timeline.retry(message), [timeline]);
  const loadOlder = useCallback(() => void timeline.loadOlder(), [timeline]);
  const editLast = useCallback(() => {
    const last = timeline.snapshot.get().rows.findLast((row) => row.kind === 'message' && row.message.canEdit);
    if (last?.kind === 'message') composer.edit(last.message);
  }, [timeline, composer]);

  const onDrop = (event: DragEvent): void => {
    setDragging(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    composer.attach([...event.dataTransfer.files]);
  };

  return (
    <div className="st-conversation" data-panel={isPanelOpen || undefined}>
      <section
        className="st-conversation__main"
        aria-label={room.name}
        data-dragging={isDragging || undefined}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return;
          event.preventDefault();
          setDragging(true);
        }}
        onDragLeave={(event) => {
          if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget))
            setDragging(false);
        }}
        onDrop={onDrop}
      >
        <ConversationHeader
          room={room}
          memberCount={membersSnapshot.joined.length}
          partnerTrust={membersSnapshot.joined.find(({ isSelf }) => !isSelf)?.trust}
          isPanelOpen={isPanelOpen}
          onBack={props.onBack}
          onTogglePanel={() => setPanelOpen((isOpen) => !isOpen)}
        />
        <TimelineView
          snapshot={timelineSnapshot}
          roomName={room.name}
          isDirect={room.isDirect}
          now={now}
          media={media}
          onLoadOlder={loadOlder}
          onPlace={timeline.setPlace}
          onReply={composer.reply}
          onEdit={composer.edit}
          onDelete={setDeleting}
          onCopy={copy}
          onReact={react}
          onRetry={retry}
          onDiscard={timeline.discard}
        />
        <Announcer announcement={timelineSnapshot.announcement} />
        <ComposerPart composer={composer} room={room} onEditLast={editLast} />
        {isDragging && <div className="st-drop">{t('composer.drop', { room: room.name })}</div>}
      </section>
      {isPanelOpen && (
        <MembersView
          snapshot={membersSnapshot}
          roomName={room.name}
          isEncrypted={room.isEncrypted}
          canInvite={models.members.canInvite}
          onVerify={(member) => void members.verify(member)}
          onMessage={(member) => props.onMessage(member.userId)}
          onInvite={() =>
            props.onInvite([...membersSnapshot.joined, ...membersSnapshot.invited].map(({ userId }) => userId))
          }
          onLeave={() => void members.leave()}
          onClose={() => setPanelOpen(false)}
        />
      )}
      {deleting && (
        <DeleteDialog
          onConfirm={() => {
            inBackground(timeline.delete(deleting));
            setDeleting(undefined);
          }}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </div>
  );
}

/** Draws itself anew with each keystroke, and nothing else does. */
function ComposerPart({
  composer,
  room,
  onEditLast,
}: {
  readonly composer: ComposerViewModel;
  readonly room: RoomSummary;
  readonly onEditLast: () => void;
}): ReactElement {
  return (
    <ComposerView
      snapshot={useObservable(composer.snapshot)}
      roomName={room.name}
      isEncrypted={room.isEncrypted}
      onChange={composer.change}
      onMoveSuggestion={composer.moveSuggestion}
      onTakeSuggestion={composer.takeSuggestion}
      onCloseSuggestions={composer.closeSuggestions}
      onSend={() => void composer.send()}
      onAttach={composer.attach}
      onCancelFile={composer.cancelFile}
      onRetryFile={(id) => void composer.retryFile(id)}
      onCancelMode={composer.cancelMode}
      onEditLast={onEditLast}
    />
  );
}
