import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'danger';
  readonly text: string;
}

export interface ToastRegionProps {
  readonly label: string;
  readonly closeLabel: string;
  readonly toasts: readonly Toast[];
  readonly onClose: (id: number) => void;
}

/** Always in the page, so that a screen reader hears what appears in it. */
export function ToastRegion({ label, closeLabel, toasts, onClose }: ToastRegionProps): ReactElement {
  return (
    <section className="st-toasts" aria-label={label} aria-live="polite">
      {toasts.map(({ id, tone, text }) => (
        <div key={id} className={`st-toast st-toast--${tone}`} data-testid="toast">
          <Icon name={tone === 'danger' ? 'error' : tone === 'success' ? 'check' : 'info'} />
          <span>{text}</span>
          <IconButton icon="close" label={closeLabel} size="small" onPress={() => onClose(id)} />
        </div>
      ))}
    </section>
  );
}
