import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

export type DialogProps = {
  title: string;
  lede?: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  children?: ReactNode;
  /** The buttons at the foot, the one that does it last. */
  actions?: ReactNode;
  /** Whether Escape and a press outside close it; false while something runs. */
  isDismissable?: boolean;
  isWide?: boolean;
  role?: 'dialog' | 'alertdialog';
};

/** A question or a task over the page; holds the focus until it is closed and gives it back. */
export function Dialog(props: DialogProps): ReactNode {
  const {
    title,
    lede,
    isOpen,
    onClose,
    children,
    actions,
    isDismissable = true,
    isWide,
    role = 'dialog',
  } = props;
  return (
    <ModalOverlay
      className="scrim"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={isDismissable}
      isKeyboardDismissDisabled={!isDismissable}
    >
      <Modal className={isWide ? 'dialog dialog-wide' : 'dialog'}>
        <AriaDialog className="dialog-inner" role={role}>
          <Heading slot="title" level={1} className="dialog-title">
            {title}
          </Heading>
          {lede !== undefined && <p className="dialog-lede">{lede}</p>}
          {children}
          {actions !== undefined && <div className="dialog-actions">{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
