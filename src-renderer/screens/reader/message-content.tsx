import { type ReactNode, type RefObject, useEffect, useMemo, useState } from 'react';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import type { BodyContent, MessageBody } from '../../../src-shared/model/message-body.ts';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Note } from '../../components/note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import type { FrameContent } from '../../html/mail-frame.tsx';
import { t } from '../../i18n/i18n.ts';
import { filesOf } from './attachment-words.ts';
import { Attachments } from './attachments.tsx';
import { BodyText } from './body-text.tsx';
import type { Find } from './found-in-page.ts';
import { InvitationCard } from './invitation-card.tsx';
import { isSameSeries } from './invitation-words.ts';
import { PeopleCard } from './people-card.tsx';
import { PictureBar } from './picture-bar.tsx';
import type { ReaderTools } from './reader-tools.ts';
import { ReportCard } from './report-card.tsx';
import { usePictures } from './use-pictures.ts';
import type { ShownContent } from './use-print.ts';

export type ContentProps = {
  message: MessageSummary;
  tools: ReaderTools;
  isNewest: boolean;
  scheme: 'light' | 'dark' | undefined;
  find: Find | undefined;
  onFound: (count: number) => void;
  /** What the frame shows, once it does. */
  onContent: (content: FrameContent) => void;
  /** Holds what is shown, as long as it is. */
  shown: RefObject<ShownContent | undefined>;
};

const MOST_CARDS = 10;

/** Invitations, people and reports, in words; they stand above the text, which often says the same less clearly. */
function Cards({
  body,
  message,
  tools,
}: {
  body: MessageBody;
  message: MessageSummary;
  tools: ReaderTools;
}): ReactNode {
  const isReceived = !message.mailboxIds.some((id) => tools.sentMailboxes.has(id));
  const { messageId } = body;
  const parts = [...new Set((body.people ?? []).map((person) => person.part))];
  return (
    <>
      {body.report && <ReportCard report={body.report} />}
      {(body.invitations ?? []).slice(0, MOST_CARDS).map((invitation, index, all) => (
        <InvitationCard
          key={JSON.stringify([invitation.part, invitation.uid, invitation.instance, invitation.start])}
          messageId={messageId}
          invitation={invitation}
          tools={tools}
          // A series is answered once, with those of its dates that differ from it.
          canAct={isReceived && !all.slice(0, index).some((one) => isSameSeries(one, invitation))}
        />
      ))}
      {parts.slice(0, MOST_CARDS).map((part) => (
        <PeopleCard
          key={part}
          messageId={messageId}
          part={part}
          people={(body.people ?? []).filter((person) => person.part === part)}
          canAct={isReceived}
        />
      ))}
    </>
  );
}

/** What came besides the text but stands in words already, in a card. */
function hasWords(body: BodyContent): boolean {
  return body.report !== undefined || (body.invitations?.length ?? 0) > 0 || (body.people?.length ?? 0) > 0;
}

function Shown({ body, ...props }: ContentProps & { body: MessageBody }): ReactNode {
  const { message, tools, isNewest, onContent, shown } = props;
  const { messageId } = message;
  const [content, setContent] = useState<FrameContent>();
  const count = content?.remotePictures ?? 0;
  const trust = tools.trust.of(messageId);
  const pictures = usePictures(messageId, count, trust?.loadsPictures === true);
  const { loaded } = pictures;
  useEffect(() => {
    shown.current = { body, pictures: loaded };
    return () => {
      shown.current = undefined;
    };
  }, [shown, body, loaded]);
  const files = useMemo(() => filesOf(body), [body]);
  const isEmpty = (body.text ?? '').trim() === '' && body.html === undefined && !body.isSource;
  return (
    <>
      <PictureBar
        pictures={pictures}
        count={count}
        blockedCount={content?.blockedCount ?? 0}
        sender={message.from[0]?.address ?? ''}
        canLoad
      />
      <Cards body={body} message={message} tools={tools} />
      {!(isEmpty && hasWords(body)) && (
        <BodyText
          body={body}
          tools={tools}
          scheme={props.scheme}
          pictures={pictures.loaded}
          find={props.find}
          onFound={props.onFound}
          onContent={(now) => {
            setContent(now);
            onContent(now);
          }}
          onSource={() => tools.onDialog({ kind: 'source', messageId })}
        />
      )}
      {files.length > 0 && (
        <Attachments messageId={messageId} attachments={files} tools={tools} isNewest={isNewest} />
      )}
    </>
  );
}

/** The content of one open message, or why it is not here. */
export function MessageContent(props: ContentProps): ReactNode {
  const { message, tools } = props;
  const { messageId } = message;
  const body = useRequest(
    'messages.getBody',
    { messageId },
    { held: () => tools.ahead.of(message.threadId)?.bodies.get(messageId) },
  );
  const isHere = body.value !== undefined;
  const { look } = tools.trust;
  // With the body come the header fields out of which the engine tells who sent it.
  useEffect(() => {
    if (isHere) look(messageId);
  }, [isHere, look, messageId]);
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
  return <Shown {...props} body={body.value} />;
}
