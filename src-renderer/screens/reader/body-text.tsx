import { type ReactNode, useRef, useState } from 'react';
import type { BodyContent } from '../../../src-shared/model/message-body.ts';
import { Button } from '../../components/button.tsx';
import { Note } from '../../components/note.tsx';
import type { FrameContent } from '../../html/mail-frame.tsx';
import { isTooComplex } from '../../html/sanitise.ts';
import { t } from '../../i18n/i18n.ts';
import { type Find, useFoundInPage } from './found-in-page.ts';
import { MessageFrame } from './message-frame.tsx';
import { PlainText, QuoteFold } from './plain-text.tsx';
import type { ReaderTools } from './reader-tools.ts';

export type BodyTextProps = {
  body: BodyContent;
  tools: ReaderTools;
  /** How it is shown; absent: as the settings say. */
  scheme?: 'light' | 'dark' | undefined;
  pictures?: Readonly<Record<string, string>> | undefined;
  find?: Find | undefined;
  onFound?: ((count: number) => void) | undefined;
  onContent?: ((content: FrameContent) => void) | undefined;
  /** Absent: the source cannot be asked for. */
  onSource?: (() => void) | undefined;
};

/** Letters of a source that are laid out in the reader: a megabyte would keep the window for a second. */
const SOURCE_SHOWN = 100_000;

function Protection({ body }: { body: BodyContent }): ReactNode {
  const { protection } = body;
  if (!protection) return null;
  return (
    <Note icon={protection.kind === 'signed' ? 'signature' : 'lock'}>
      {t(`protection.${protection.kind}-${protection.method}`)}
    </Note>
  );
}

function Words({ body, tools, find, onFound, onSource }: BodyTextProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useFoundInPage(place, find, onFound);
  const text = body.text ?? '';
  const source = onSource && (
    <Button size="small" variant="quiet" onPress={onSource}>
      {t('reader.show-source')}
    </Button>
  );
  if (body.isSource) {
    return (
      <div ref={place}>
        <Note icon="alert" actions={source}>
          {t('reader.unreadable')}
        </Note>
        <pre className="message-source">{text.slice(0, SOURCE_SHOWN)}</pre>
        {text.length > SOURCE_SHOWN && <p className="message-body c3">{t('reader.source-begins')}</p>}
      </div>
    );
  }
  const isTooMuch = body.html !== undefined;
  return (
    <div ref={place}>
      {isTooMuch && <TooMuch onSource={onSource} />}
      {text.trim() === '' ? (
        !isTooMuch && <p className="message-body c3">{t('reader.no-text')}</p>
      ) : (
        <PlainText text={text} links={tools.links} zoom={tools.zoom} />
      )}
    </div>
  );
}

/** Words were left out, because they could not be laid out in time. */
function TooMuch({ onSource }: Pick<BodyTextProps, 'onSource'>): ReactNode {
  return (
    <Note
      icon="alert"
      actions={
        onSource && (
          <Button size="small" variant="quiet" onPress={onSource}>
            {t('reader.show-source')}
          </Button>
        )
      }
    >
      {t('reader.too-complex')}
    </Note>
  );
}

/** What somebody wrote, as HTML in its frame or as plain text; what cannot be shown safely is offered as source. */
export function BodyText(props: BodyTextProps): ReactNode {
  const { body, tools, scheme, pictures, find, onFound, onContent } = props;
  const { html } = body;
  const [isCut, setIsCut] = useState(false);
  const [hasQuote, setHasQuote] = useState(false);
  const [isUnfolded, setIsUnfolded] = useState(false);
  const isFramed = html !== undefined && !body.isSource && !isTooComplex(html);
  return (
    <>
      <Protection body={body} />
      {isFramed && isCut && <TooMuch onSource={props.onSource} />}
      {isFramed ? (
        <MessageFrame
          html={html}
          inlineImages={body.inlineImages}
          pictures={pictures}
          isDark={tools.isDark}
          scheme={scheme ?? (tools.isDark && tools.isMailDark ? 'dark' : undefined)}
          zoom={tools.zoom}
          // Words are looked for in all that was written.
          isQuoteFolded={!isUnfolded && find === undefined}
          find={find}
          links={tools.links}
          onContent={(content) => {
            setIsCut(content.isCut);
            setHasQuote(content.hasQuote);
            onContent?.(content);
          }}
          onFound={onFound}
          onStroke={tools.onStroke}
        />
      ) : (
        <Words {...props} />
      )}
      {isFramed && hasQuote && (
        <QuoteFold isOpen={isUnfolded || find !== undefined} onToggle={() => setIsUnfolded(!isUnfolded)} />
      )}
    </>
  );
}
