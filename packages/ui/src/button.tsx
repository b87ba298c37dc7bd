import type { ReactElement, ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';
import { Spinner } from './spinner.tsx';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly variant?: ButtonVariant;
  readonly icon?: IconName;
  readonly size?: 'default' | 'small';
  readonly type?: 'button' | 'submit';
  readonly isDisabled?: boolean;
  /** Keeps its place and its focus while its work runs, and cannot be pressed twice. */
  readonly isPending?: boolean;
  readonly isBlock?: boolean;
  readonly autoFocus?: boolean;
  readonly onPress?: () => void;
  readonly testId?: string;
}

export function Button(props: ButtonProps): ReactElement {
  const { children, variant = 'primary', icon, size = 'default', type = 'button', isPending = false } = props;
  const classes = [
    'st-button',
    `st-button--${variant}`,
    size === 'small' && 'st-button--small',
    props.isBlock && 'st-button--block',
  ];
  return (
    <AriaButton
      className={classes.filter(Boolean).join(' ')}
      // While pending it neither submits nor acts.
      type={isPending ? 'button' : type}
      isDisabled={props.isDisabled ?? false}
      data-pending={isPending || undefined}
      autoFocus={props.autoFocus ?? false}
      data-testid={props.testId}
      {...(props.onPress && !isPending && { onPress: props.onPress })}
    >
      {isPending ? <Spinner size={18} /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </AriaButton>
  );
}
