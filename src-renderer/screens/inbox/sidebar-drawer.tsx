import type { ReactNode } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { t } from '../../i18n/i18n.ts';
import { Sidebar, type SidebarProps } from './sidebar.tsx';

/** The sidebar where there is no room for it: it comes over the list and goes when something was chosen. */
export function SidebarDrawer(props: SidebarProps & { isOpen: boolean; onClose: () => void }): ReactNode {
  const { isOpen, onClose, ...sidebar } = props;
  const closing = (act: () => void) => (): void => {
    onClose();
    act();
  };
  return (
    <ModalOverlay
      className="drawer-scrim"
      isDismissable
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="drawer">
        <Dialog aria-label={t('nav.name')}>
          <Sidebar {...sidebar} onCompose={closing(sidebar.onCompose)} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
