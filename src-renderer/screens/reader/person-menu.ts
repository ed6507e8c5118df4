import type { Address } from '../../../src-shared/model/message.ts';
import type { Backend } from '../../backend/backend.ts';
import type { MenuItem } from '../../components/menu.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';
import type { ReaderTools } from './reader-tools.ts';
import { isolate } from './visible-signs.ts';

/** What stands behind `from:` and means one address; quotation marks have no place in one. */
function inQuery(address: string): string {
  return `from:${/\s/u.test(address) ? `"${address.replaceAll('"', '')}"` : address.replaceAll('"', '')} `;
}

/** What can be done with somebody's address. */
export function personItems(
  { address }: Address,
  backend: Backend,
  tools: Pick<ReaderTools, 'onCompose' | 'onSearch'>,
): MenuItem[] {
  if (address === '') return [];
  const copy = async (): Promise<void> => {
    const result = await backend.request('app.copyText', { text: address });
    if (result.ok) showToast({ text: t('person.copied', { address: isolate(address) }) });
  };
  return [
    { id: 'copy-address', label: t('person.copy'), icon: 'copy', onAction: () => void copy() },
    {
      id: 'write-to',
      label: t('person.write'),
      icon: 'compose',
      onAction: () => tools.onCompose({ to: [address] }),
    },
    {
      id: 'search-from',
      label: t('person.search'),
      icon: 'search',
      onAction: () => tools.onSearch(inQuery(address)),
    },
  ];
}
