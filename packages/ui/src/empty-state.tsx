import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What belongs here. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps): ReactElement {
  return (
    <div className="st-empty">
      <span className="st-empty__icon">
        <Icon name={icon} size={32} />
      </span>
      <h2 className="st-empty__title">{title}</h2>
      <p className="st-empty__text">{children}</p>
      {action}
    </div>
  );
}
