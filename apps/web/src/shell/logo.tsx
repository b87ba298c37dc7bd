import type { ReactElement } from 'react';

/** A baton on its way. */
export function Logo({ size = 36 }: { readonly size?: number }): ReactElement {
  return (
    <span className="st-logo">
      <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
        <rect width="64" height="64" rx="15" className="st-logo__ground" />
        <g transform="rotate(-38 32 32)">
          <rect x="11" y="26" width="42" height="12" rx="6" className="st-logo__baton" />
          <rect x="29" y="26" width="6" height="12" className="st-logo__ground" />
          <rect x="40" y="26" width="3.5" height="12" className="st-logo__ground" />
        </g>
        <path d="M12 23h9M9 31h6" className="st-logo__wind" />
      </svg>
      <span>Stafette</span>
    </span>
  );
}
