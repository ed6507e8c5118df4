import { formatMonth, t } from '../../i18n/i18n.ts';
import type { DateGroup } from './date-groups.ts';

/** The words of a date heading. */
export function groupTitle(group: DateGroup): string {
  switch (group) {
    case 'today':
      return t('list.today');
    case 'yesterday':
      return t('list.yesterday');
    case 'this-week':
      return t('list.this-week');
    case 'this-month':
      return t('list.this-month');
    default: {
      const [kind, value = ''] = group.split(' ');
      return kind === 'year' ? value : formatMonth(new Date(`${value}-15T12:00`).getTime());
    }
  }
}
