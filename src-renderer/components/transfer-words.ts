import type { Transfer } from '../../src-shared/model/transfer.ts';
import { cleanLine } from '../html/clean-line.ts';
import { t } from '../i18n/i18n.ts';

/** How far an import or an export is, or how it ended. */
export function sayTransfer({ kind, state, name, messages, error }: Transfer): string {
  return t(`transfer.${kind}.${state}`, {
    name: cleanLine(name),
    count: messages,
    why: error === undefined ? '' : t(`error.${error}.title`),
  });
}
