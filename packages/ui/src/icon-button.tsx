import type { ReactElement } from 'react';
import { Button as AriaButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';

export interface IconButtonProps {
  readonly icon: IconName;
  /** Read aloud, and shown beside the pointer or the focus. */
  readonly label: string;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  readonly isActive?: boolean;
  readonly tone?: 'default' | 'primary' | 'danger';
  readonly size?: 'default' | 'small';
  readonly testId?: string;
}

export function IconButton(props: IconButtonProps): ReactElement {
  const { icon, label, tone = 'default', size = 'default' } = props;
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        className={`st-icon-button st-icon-button--${tone} st-icon-button--${size}`}
        aria-label={label}
        isDisabled={props.isDisabled ?? false}
        data-active={props.isActive || undefined}
        data-testid={props.testId}
        {...(props.onPress && { onPress: props.onPress })}
      >
        <Icon name={icon} size={size === 'small' ? 18 : 22} />
      </AriaButton>
      <Tooltip className="st-tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
