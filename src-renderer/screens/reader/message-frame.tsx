import type { ReactNode } from 'react';
import { MailFrame, type MailFrameProps } from '../../html/mail-frame.tsx';
import { t } from '../../i18n/i18n.ts';
import type { LinkHandlers } from './use-links.ts';

export type MessageFrameProps = Omit<MailFrameProps, 'title' | 'onPoint' | 'onOpen'> & {
  links: LinkHandlers;
};

/** The HTML of a message that is read, with its links shown, asked about and opened. */
export function MessageFrame({ links, ...props }: MessageFrameProps): ReactNode {
  return <MailFrame {...props} title={t('reader.frame')} onPoint={links.onPoint} onOpen={links.onOpen} />;
}
