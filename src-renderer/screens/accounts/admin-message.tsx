import type { ReactNode } from 'react';
import { t } from '../../i18n/i18n.ts';
import { CopyButton } from './copy-button.tsx';

/** A message to whoever has to allow the program, ready to be sent; the person sees all of it before copying. */
export function AdminMessage({ subject, body }: { subject: string; body: string }): ReactNode {
  return (
    <section className="admin-message">
      <h2 className="task-caption">{t('signIn.admin.title')}</h2>
      <div className="admin-message-text selectable">
        <div className="med">{subject}</div>
        <div dir="auto">{body}</div>
      </div>
      <CopyButton text={`${subject}\n\n${body}`} said={t('signIn.admin.copied')}>
        {t('signIn.admin.copy')}
      </CopyButton>
    </section>
  );
}
