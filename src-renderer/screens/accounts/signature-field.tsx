import { lazy, type ReactNode, Suspense, useRef } from 'react';
import type { Identity } from '../../../src-shared/model/identity.ts';
import type { EditorHandle } from '../../editor/rich-editor.tsx';
import { t } from '../../i18n/i18n.ts';

// The editor is large, and most people who come here leave it alone.
const RichEditor = lazy(() =>
  import('../../editor/rich-editor.tsx').then((loaded) => ({ default: loaded.RichEditor })),
);

type Signature = Identity['signature'];

/** What stands under the mail of an identity. `html` goes along only when the words are more than words. */
export function SignatureField({
  value,
  onChange,
}: {
  value: Signature;
  onChange: (next: Signature) => void;
}): ReactNode {
  const editor = useRef<EditorHandle>(undefined);
  const change = (): void => {
    if (!editor.current) return;
    const { text, html } = editor.current.read();
    if (editor.current.isBlank()) onChange(undefined);
    else onChange({ text, ...(editor.current.isFormatted() && { html }) });
  };
  return (
    <div className="field">
      <span className="field-label">{t('identities.signature')}</span>
      <div className="signature-box">
        <Suspense fallback={null}>
          <RichEditor
            label={t('identities.signature')}
            html={value?.html ?? ''}
            text={value?.text ?? ''}
            isLines
            onReady={(handle) => {
              editor.current = handle;
            }}
            onChange={change}
            onFiles={() => undefined}
          />
        </Suspense>
      </div>
      <span className="field-help">{t('identities.signatureHelp')}</span>
    </div>
  );
}
