import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface BannerProps {
  readonly tone: 'info' | 'success' | 'warning' | 'danger';
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** `alert` for what must be heard at once, such as a refused login. */
  readonly role?: 'status' | 'alert';
  readonly testId?: string;
}

const ICONS = { info: 'info', success: 'check', warning: 'warning', danger: 'error' } as const satisfies Record<
  BannerProps['tone'],
  IconName
>;

export function Banner({ tone, title, children, action, role, testId }: BannerProps): ReactElement {
  return (
    <div className={`st-banner st-banner--${tone}`} role={role} data-testid={testId}>
      <Icon name={ICONS[tone]} />
      <div className="st-banner__text">
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}
