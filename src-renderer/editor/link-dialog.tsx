import type { Editor } from '@tiptap/core';
import { type ReactNode, useState } from 'react';
import { isAddress } from '../../src-shared/text/address.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/text-field.tsx';
import { t } from '../i18n/i18n.ts';
import { isLinkTarget } from './schema.ts';

/** What somebody means who types the target of a link; undefined when it is none. */
export function readTarget(typed: string): string | undefined {
  const text = typed.trim();
  if (isLinkTarget(text)) return text;
  if (isAddress(text)) return `mailto:${text}`;
  const url = `https://${text}`;
  return /^[^\s:/]+\.[^\s]+$/u.test(text) && isLinkTarget(url) ? url : undefined;
}

/** Where a link leads. Without chosen words the address itself becomes the words. */
export function LinkDialog({ editor, onClose }: { editor: Editor; onClose: () => void }): ReactNode {
  const present: unknown = editor.getAttributes('link').href;
  const [typed, setTyped] = useState(typeof present === 'string' ? present : '');
  const [isTried, setIsTried] = useState(false);
  const target = readTarget(typed);
  const close = (): void => {
    onClose();
    editor.view.focus();
  };
  const put = (): void => {
    setIsTried(true);
    if (target === undefined) return;
    const chain = editor.chain().focus().extendMarkRange('link');
    // What is typed behind a link is no part of it.
    if (editor.state.selection.empty && !editor.isActive('link')) {
      chain
        .insertContent({
          type: 'text',
          text: typed.trim(),
          marks: [{ type: 'link', attrs: { href: target } }],
        })
        .unsetMark('link')
        .run();
    } else {
      chain
        .setLink({ href: target })
        .command(({ tr, commands }) => commands.setTextSelection(tr.selection.to))
        .unsetMark('link')
        .run();
    }
    close();
  };
  return (
    <Dialog
      title={t('editor.link')}
      isOpen
      onClose={close}
      actions={
        <>
          {typeof present === 'string' && (
            <Button
              variant="danger"
              onPress={() => {
                editor.chain().focus().extendMarkRange('link').unsetLink().run();
                close();
              }}
            >
              {t('editor.unlink')}
            </Button>
          )}
          <Button variant="quiet" onPress={close}>
            {t('mailbox.cancel')}
          </Button>
          <Button variant="primary" onPress={put}>
            {t('editor.setLink')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // React hears what happens here also for the form around a compose window.
          event.stopPropagation();
          put();
        }}
      >
        <TextField
          label={t('editor.linkTarget')}
          type="text"
          inputMode="url"
          autoFocus
          selectsAll
          value={typed}
          onChange={setTyped}
          {...(isTried && target === undefined && { error: t('editor.linkBad') })}
        />
      </form>
    </Dialog>
  );
}
