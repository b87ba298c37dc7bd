import type { ReactElement, ReactNode } from 'react';
import {
  Button,
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';

export interface MenuButtonProps {
  readonly label: string;
  /** What the button shows; its label is read instead. */
  readonly children: ReactNode;
  /** A `Menu`. */
  readonly menu: ReactNode;
  readonly className?: string;
  readonly placement?: 'bottom start' | 'bottom end' | 'top start' | 'top end';
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly testId?: string;
}

export function MenuButton(props: MenuButtonProps): ReactElement {
  return (
    <MenuTrigger {...(props.onOpenChange && { onOpenChange: props.onOpenChange })}>
      <Button
        className={props.className ?? 'st-icon-button st-icon-button--default'}
        aria-label={props.label}
        data-testid={props.testId}
      >
        {props.children}
      </Button>
      <Popover className="st-popover st-menu-popover" placement={props.placement ?? 'bottom end'}>
        {props.menu}
      </Popover>
    </MenuTrigger>
  );
}

export function Menu({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <AriaMenu className="st-menu" aria-label={label}>
      {children}
    </AriaMenu>
  );
}

export function MenuSection({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <AriaMenuSection className="st-menu__section">
      <Header className="st-menu__title">{title}</Header>
      {children}
    </AriaMenuSection>
  );
}

export interface MenuItemProps {
  readonly children: string;
  readonly icon?: IconName;
  readonly isDanger?: boolean;
  readonly onAction: () => void;
  readonly testId?: string;
}

export function MenuItem({ children, icon, isDanger, onAction, testId }: MenuItemProps): ReactElement {
  return (
    <AriaMenuItem
      className="st-menu__item"
      textValue={children}
      onAction={onAction}
      data-danger={isDanger || undefined}
      data-testid={testId}
    >
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </AriaMenuItem>
  );
}
