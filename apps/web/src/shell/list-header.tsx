import { Avatar, Icon, Menu, MenuButton, MenuItem, MenuSection } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import type { Person } from '../model/person.ts';

export interface ListHeaderProps {
  readonly person: Person;
  /** From the agency's directory, where it knows better. */
  readonly displayName: string | undefined;
  readonly agencyName: string | undefined;
  readonly isAdmin: boolean;
  readonly onNewChat: () => void;
  readonly onNewRoom: () => void;
  readonly onInvitePeople: () => void;
  readonly onSettings: () => void;
  readonly onSignOut: () => void;
}

export function ListHeader(props: ListHeaderProps): ReactElement {
  const { t } = useI18n();
  const name = props.displayName ?? props.person.name;
  return (
    <header className="st-list-header">
      <MenuButton
        label={t('account.menu', { name })}
        className="st-account-button"
        placement="bottom start"
        testId="account-menu"
        menu={
          <Menu label={t('account.menu', { name })}>
            <MenuSection title={name}>
              <MenuItem icon="settings" onAction={props.onSettings} testId="open-settings">
                {t('settings.title')}
              </MenuItem>
              {props.isAdmin ? (
                <MenuItem icon="invite" onAction={props.onInvitePeople} testId="open-invitations">
                  {t('invite.title')}
                </MenuItem>
              ) : null}
              <MenuItem icon="leave" onAction={props.onSignOut} testId="menu-sign-out">
                {t('action.signOut')}
              </MenuItem>
            </MenuSection>
          </Menu>
        }
      >
        <Avatar name={name} seed={props.person.userId} size={36} />
      </MenuButton>
      <h1 className="st-list-header__title">{props.agencyName || 'Stafette'}</h1>
      <MenuButton
        label={t('list.new')}
        testId="new-menu"
        menu={
          <Menu label={t('list.new')}>
            <MenuItem icon="message" onAction={props.onNewChat} testId="new-chat">
              {t('newChat.title')}
            </MenuItem>
            <MenuItem icon="group" onAction={props.onNewRoom} testId="new-room">
              {t('newRoom.title')}
            </MenuItem>
          </Menu>
        }
      >
        <Icon name="compose" size={22} />
      </MenuButton>
    </header>
  );
}
