import type { ReactElement, ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './icon-button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly closeLabel: string;
  readonly onClose: () => void;
  /** Without, only its own buttons close it: for questions that need an answer. */
  readonly isDismissable?: boolean;
  readonly size?: 'small' | 'medium' | 'large';
  readonly role?: 'dialog' | 'alertdialog';
  readonly testId?: string;
}

/** Open for as long as it is rendered; traps the focus and gives it back. */
export function Dialog(props: DialogProps): ReactElement {
  const { isDismissable = true, size = 'medium' } = props;
  return (
    <ModalOverlay
      className="st-overlay"
      isOpen
      isDismissable={isDismissable}
      isKeyboardDismissDisabled={!isDismissable}
      onOpenChange={(isOpen) => {
        if (!isOpen) props.onClose();
      }}
    >
      <Modal className={`st-dialog st-dialog--${size}`}>
        <AriaDialog className="st-dialog__body" role={props.role ?? 'dialog'} data-testid={props.testId}>
          <header className="st-dialog__header">
            <Heading slot="title" className="st-dialog__title">
              {props.title}
            </Heading>
            {isDismissable && <IconButton icon="close" label={props.closeLabel} onPress={props.onClose} />}
          </header>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function DialogFooter({ children }: { readonly children: ReactNode }): ReactElement {
  return <footer className="st-dialog__footer">{children}</footer>;
}
