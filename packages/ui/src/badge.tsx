import type { ReactElement } from 'react';

export interface BadgeProps {
  readonly text: string;
  /** Read instead of the text: "3 unread". */
  readonly label: string;
  readonly tone?: 'accent' | 'danger';
}

export function Badge({ text, label, tone = 'accent' }: BadgeProps): ReactElement {
  return (
    <span className={`st-badge st-badge--${tone}`}>
      <span aria-hidden="true">{text}</span>
      <span className="st-visually-hidden">{label}</span>
    </span>
  );
}
