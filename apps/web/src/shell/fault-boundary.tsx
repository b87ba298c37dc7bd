import { Button, EmptyState } from '@stafette/ui';
import { Component, type ReactElement, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

interface FaultBoundaryProps {
  readonly children: ReactNode;
}

interface FaultBoundaryState {
  readonly isBroken: boolean;
}

/** Keeps a fault of one part from taking the rest of the page with it. React offers this to classes only. */
export class FaultBoundary extends Component<FaultBoundaryProps, FaultBoundaryState> {
  override readonly state: FaultBoundaryState = { isBroken: false };

  static getDerivedStateFromError(): FaultBoundaryState {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return <Broken onRetry={() => this.setState({ isBroken: false })} />;
  }
}

function Broken({ onRetry }: { readonly onRetry: () => void }): ReactElement {
  const { t } = useI18n();
  return (
    <EmptyState
      icon="error"
      title={t('boundary.title')}
      action={<Button onPress={onRetry}>{t('action.tryAgain')}</Button>}
    >
      {t('boot.failedText')}
    </EmptyState>
  );
}
