import { type ReactNode, useState } from 'react';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { MessageBody } from '../../../src-shared/model/message-body.ts';
import { useRequest } from '../../backend/use-request.ts';
import type { KeyStroke } from '../../commands/keys.ts';
import { Button } from '../../components/button.tsx';
import { Note } from '../../components/note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { isTooComplex } from '../../html/sanitise.ts';
import { t } from '../../i18n/i18n.ts';
import { Attachments } from './attachments.tsx';
import { MessageFrame } from './message-frame.tsx';
import { PlainText } from './plain-text.tsx';
import type { LinkHandlers } from './use-links.ts';

type ContentProps = {
  messageId: MessageId;
  isDark: boolean;
  links: LinkHandlers;
  onStroke: (stroke: KeyStroke) => boolean;
};

function BodyText({ body, isDark, links, onStroke }: ContentProps & { body: MessageBody }): ReactNode {
  const [blocked, setBlocked] = useState(0);
  const text = body.text ?? '';
  const html = body.html;
  if (body.isSource) {
    return (
      <>
        <Note icon="alert">{t('reader.unreadable')}</Note>
        <pre className="message-source">{text}</pre>
      </>
    );
  }
  if (html === undefined || isTooComplex(html)) {
    return (
      <>
        {html !== undefined && <Note icon="alert">{t('reader.too-complex')}</Note>}
        {text.trim() === '' && html === undefined ? (
          <p className="message-body c3">{t('reader.no-text')}</p>
        ) : (
          <PlainText text={text} links={links} />
        )}
      </>
    );
  }
  return (
    <>
      {blocked > 0 && <Note icon="images-off">{t('reader.images-blocked', { count: blocked })}</Note>}
      <MessageFrame
        html={html}
        inlineImages={body.inlineImages}
        isDark={isDark}
        links={links}
        onBlocked={setBlocked}
        onStroke={onStroke}
      />
    </>
  );
}

/** The content of one open message, or why it is not here. */
export function MessageContent(props: ContentProps): ReactNode {
  const { messageId } = props;
  const body = useRequest('messages.getBody', { messageId });
  if (body.failure) {
    const { code, retry } = body.failure;
    return (
      <Note
        tone="warn"
        icon="warning"
        role="alert"
        actions={
          retry === 'later' && (
            <Button size="small" onPress={body.refetch}>
              {t('reader.try-again')}
            </Button>
          )
        }
      >
        {t(`error.${code}.title`)} {t(`error.${code}.next`)}
      </Note>
    );
  }
  if (!body.value) return <Skeleton lines={6} label={t('reader.loading')} />;
  return (
    <>
      <BodyText {...props} body={body.value} />
      {body.value.attachments.length > 0 && (
        <Attachments messageId={messageId} attachments={body.value.attachments} />
      )}
    </>
  );
}
