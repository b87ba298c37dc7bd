import { Avatar, Banner, Button, Dialog, DialogFooter, Icon, IconButton } from '@stafette/ui';
import { useState, type ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { RoomMember } from '../../model/room-member.ts';
import type { MembersSnapshot } from './members-view-model.ts';

export interface MembersViewProps {
  readonly snapshot: MembersSnapshot;
  readonly roomName: string;
  readonly isEncrypted: boolean;
  readonly canInvite: boolean;
  readonly onVerify: (member: RoomMember) => void;
  readonly onMessage: (member: RoomMember) => void;
  readonly onInvite: () => void;
  readonly onLeave: () => void;
  readonly onClose: () => void;
}

const TRUST_TEXTS = {
  verified: 'member.verified',
  unverified: 'member.unverified',
  changed: 'member.changed',
  unknown: 'member.unverified',
} as const;
const ROLE_TEXTS = { creator: 'member.creator', admin: 'member.admin', moderator: 'member.moderator' } as const;

export function MembersView(props: MembersViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot } = props;
  const [isAskingToLeave, setAskingToLeave] = useState(false);
  return (
    <aside className="st-panel" aria-label={t('member.panel', { room: props.roomName })} data-testid="members-panel">
      <header className="st-panel__header">
        <h2>{t('member.title')}</h2>
        <IconButton icon="close" label={t('action.close')} onPress={props.onClose} />
      </header>
      <div className="st-panel__scroll">
        <p className="st-panel__note">
          <Icon name={props.isEncrypted ? 'lock' : 'warning'} size={18} />
          {t(props.isEncrypted ? 'room.encryptedNote' : 'room.plainNote')}
        </p>
        {snapshot.hasFailed && (
          <Banner tone="danger" role="alert">
            {t('failure.unexpected')}
          </Banner>
        )}
        <h3 className="st-panel__heading">{t('member.joinedCount', { count: snapshot.joined.length })}</h3>
        <ul className="st-plain-list">
          {snapshot.joined.map((member) => (
            <Member key={member.userId} member={member} {...props} />
          ))}
        </ul>
        {snapshot.invited.length > 0 && (
          <>
            <h3 className="st-panel__heading">{t('member.invitedCount', { count: snapshot.invited.length })}</h3>
            <ul className="st-plain-list">
              {snapshot.invited.map((member) => (
                <Member key={member.userId} member={member} {...props} />
              ))}
            </ul>
          </>
        )}
      </div>
      <footer className="st-panel__footer">
        {props.canInvite && (
          <Button variant="secondary" icon="invite" isBlock onPress={props.onInvite} testId="member-invite">
            {t('member.invite')}
          </Button>
        )}
        <Button
          variant="quiet"
          icon="leave"
          isBlock
          isPending={snapshot.isLeaving}
          onPress={() => setAskingToLeave(true)}
          testId="room-leave"
        >
          {t('room.leave')}
        </Button>
      </footer>
      {isAskingToLeave && (
        <Dialog
          title={t('room.leaveTitle', { room: props.roomName })}
          size="small"
          role="alertdialog"
          closeLabel={t('action.close')}
          onClose={() => setAskingToLeave(false)}
        >
          <p>{t('room.leaveText')}</p>
          <DialogFooter>
            <Button variant="secondary" autoFocus onPress={() => setAskingToLeave(false)}>
              {t('action.cancel')}
            </Button>
            <Button
              variant="danger"
              testId="room-leave-confirm"
              onPress={() => {
                setAskingToLeave(false);
                props.onLeave();
              }}
            >
              {t('room.leave')}
            </Button>
          </DialogFooter>
        </Dialog>
      )}
    </aside>
  );
}

function Member({ member, onVerify, onMessage }: MembersViewProps & { readonly member: RoomMember }): ReactElement {
  const { t } = useI18n();
  const { trust, isSelf, name } = member;
  const role = member.role === 'member' ? undefined : t(ROLE_TEXTS[member.role]);
  return (
    <li className="st-member" data-testid="member" data-trust={trust}>
      <Avatar name={name} seed={member.userId} size={36} />
      <span className="st-member__text">
        <span className="st-member__name">{isSelf ? t('member.self', { name }) : name}</span>
        <span className="st-member__detail" data-trust={trust}>
          {!isSelf && (
            <>
              <Icon name={trust === 'verified' ? 'shield' : trust === 'changed' ? 'warning' : 'user'} size={14} />
              {t(TRUST_TEXTS[trust])}
            </>
          )}
          {role !== undefined && <span>{role}</span>}
        </span>
      </span>
      {!isSelf && member.membership === 'joined' && (
        <>
          <IconButton
            icon="message"
            size="small"
            label={t('member.message', { name })}
            onPress={() => onMessage(member)}
          />
          {trust !== 'verified' && (
            <IconButton
              icon="shield"
              size="small"
              label={t('member.verify', { name })}
              onPress={() => onVerify(member)}
              testId="member-verify"
            />
          )}
        </>
      )}
    </li>
  );
}
