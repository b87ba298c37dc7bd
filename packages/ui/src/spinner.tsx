import type { ReactElement } from 'react';

/** With a label it is announced; without, it decorates something that says so itself. */
export function Spinner({ size = 24, label }: { readonly size?: number; readonly label?: string }): ReactElement {
  return (
    <span
      className="st-spinner"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'status', 'aria-label': label })}
    >
      <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="9.5" className="st-spinner__track" />
        <path d="M21.5 12A9.5 9.5 0 0 0 12 2.5" className="st-spinner__arc" />
      </svg>
    </span>
  );
}
