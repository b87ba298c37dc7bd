import type { ReactElement, ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Popover as AriaPopover } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';

export interface PopoverTriggerProps {
  readonly icon: IconName;
  readonly label: string;
  readonly size?: 'default' | 'small';
  readonly placement?: 'top start' | 'top end' | 'bottom start' | 'bottom end';
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly testId?: string;
  /** Gets the function that closes the popover. */
  readonly children: (close: () => void) => ReactNode;
}

/** An icon button that opens a small panel above or below itself. */
export function PopoverTrigger(props: PopoverTriggerProps): ReactElement {
  const size = props.size ?? 'default';
  return (
    <DialogTrigger {...(props.onOpenChange && { onOpenChange: props.onOpenChange })}>
      <Button
        className={`st-icon-button st-icon-button--default st-icon-button--${size}`}
        aria-label={props.label}
        data-testid={props.testId}
      >
        <Icon name={props.icon} size={size === 'small' ? 18 : 22} />
      </Button>
      <Popover label={props.label} placement={props.placement ?? 'top end'}>
        {props.children}
      </Popover>
    </DialogTrigger>
  );
}

interface PopoverProps {
  readonly label: string;
  readonly placement: 'top start' | 'top end' | 'bottom start' | 'bottom end';
  readonly children: (close: () => void) => ReactNode;
}

export function Popover({ label, placement, children }: PopoverProps): ReactElement {
  return (
    <AriaPopover className="st-popover" placement={placement} offset={6}>
      <Dialog className="st-popover__body" aria-label={label}>
        {({ close }) => <>{children(close)}</>}
      </Dialog>
    </AriaPopover>
  );
}
