import { type ReactNode, useState } from 'react';
import { Button, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components';
import type { Template } from '../../../src-shared/model/writing.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Icon } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { TemplateDialog } from './template-dialog.tsx';

export type MoreMenuProps = {
  asksReceipt: boolean;
  asksDeliveryNotice: boolean;
  onRequests: (asked: { asksReceipt: boolean; asksDeliveryNotice: boolean }) => void;
  onTemplate: (template: Template) => void;
  /** What would be kept as a template. */
  written: () => { subject: string; text: string; html: string };
};

/** What one seldom wants: requests to the receiver's side, and templates. */
export function MoreMenu(props: MoreMenuProps): ReactNode {
  const { asksReceipt, asksDeliveryNotice, onRequests, onTemplate, written } = props;
  const backend = useBackend();
  const templates = useRequest('templates.list', {}, { refetchOn: ['templatesChanged'] }).value ?? [];
  const [isNaming, setIsNaming] = useState(false);
  const chosen = new Set([...(asksReceipt ? ['receipt'] : []), ...(asksDeliveryNotice ? ['delivery'] : [])]);
  return (
    <>
      <MenuTrigger>
        <Button className="icon-button" aria-label={t('compose.more')}>
          <Icon name="more" size={18} />
        </Button>
        <Popover className="popover" offset={4} placement="top end">
          <Menu className="menu" aria-label={t('compose.more')}>
            <MenuSection
              aria-label={t('compose.requests')}
              selectionMode="multiple"
              selectedKeys={chosen}
              onSelectionChange={(keys) => {
                if (keys === 'all') return;
                onRequests({ asksReceipt: keys.has('receipt'), asksDeliveryNotice: keys.has('delivery') });
              }}
            >
              {(['receipt', 'delivery'] as const).map((id) => (
                <MenuItem key={id} id={id} className="menu-item" textValue={t(`compose.ask.${id}`)}>
                  <span className="menu-mark">{chosen.has(id) && <Icon name="check" />}</span>
                  <span className="cut">{t(`compose.ask.${id}`)}</span>
                </MenuItem>
              ))}
            </MenuSection>
            <Separator className="menu-separator" />
            <MenuSection aria-label={t('compose.templates')}>
              {templates.map((template) => (
                <MenuItem
                  key={template.templateId}
                  id={template.templateId}
                  className="menu-item"
                  textValue={template.name}
                  onAction={() => onTemplate(template)}
                >
                  <span className="menu-mark" />
                  <span className="cut" dir="auto">
                    {t('compose.insertTemplate', { name: cleanLine(template.name) })}
                  </span>
                </MenuItem>
              ))}
              <MenuItem
                id="save-template"
                className="menu-item"
                textValue={t('compose.saveTemplate')}
                onAction={() => setIsNaming(true)}
              >
                <span className="menu-mark" />
                <span className="cut">{t('compose.saveTemplate')}</span>
              </MenuItem>
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
      {isNaming && (
        <TemplateDialog
          known={templates}
          onClose={() => setIsNaming(false)}
          onSave={(name) => {
            const same = templates.find((one) => one.name === name);
            return backend.request('templates.save', {
              ...(same && { templateId: same.templateId }),
              name,
              ...written(),
            });
          }}
        />
      )}
    </>
  );
}
