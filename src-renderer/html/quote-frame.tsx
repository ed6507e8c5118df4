import type { ReactNode } from 'react';
import { t } from '../i18n/i18n.ts';
import { MailFrame } from './mail-frame.tsx';

/** A quotation in the message that is being written, as its receivers will see it. `pictures` by the content-IDs that the quotation names. */
export function QuoteFrame({
  html,
  pictures,
  isDark,
}: {
  html: string;
  pictures: Readonly<Record<string, string>>;
  isDark: boolean;
}): ReactNode {
  return (
    <MailFrame
      title={t('reader.frame')}
      html={html}
      inlineImages={pictures}
      isDark={isDark}
      scheme={isDark ? 'dark' : undefined}
    />
  );
}
