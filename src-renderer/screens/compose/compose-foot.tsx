import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu } from '../../components/menu.tsx';
import { formatTime, t } from '../../i18n/i18n.ts';
import { laterTimes } from './later-times.ts';
import { type SaveStatus, type SaveStatusBoard, useSaveStatus } from './save-status.ts';
import type { HowToSend } from './use-send.ts';

export type ComposeFootProps = {
  status: SaveStatusBoard;
  isSending: boolean;
  /** What it answers can be archived with it. */
  isAnswer: boolean;
  /** How long a sent message can be taken back. */
  undoSeconds: number;
  onSend: (how: HowToSend) => void;
  onPickTime: () => void;
  onAttach: () => void;
  onDiscard: () => void;
  /** What one seldom wants. */
  more: ReactNode;
};

function saySaved({ savedAt, isStored, isDirty, isNotSaved }: SaveStatus): string {
  if (isNotSaved) return t('compose.notSaved');
  if (isDirty || savedAt === undefined) return t('compose.saving');
  return t(isStored ? 'compose.stored' : 'compose.saved', { time: formatTime(savedAt) });
}

export function ComposeFoot(props: ComposeFootProps): ReactNode {
  const { status, isSending, isAnswer, undoSeconds, more } = props;
  const { onSend, onPickTime, onAttach, onDiscard } = props;
  return (
    <div className="compose-foot">
      <Button variant="primary" isDisabled={isSending} kbd="Mod Enter" onPress={() => onSend({})}>
        {t('compose.send')}
      </Button>
      <Menu
        label={t('compose.sendLater')}
        isDisabled={isSending}
        items={[
          ...(isAnswer
            ? [
                {
                  id: 'archive',
                  label: t('compose.sendAndArchive'),
                  kbd: 'Mod Shift Enter',
                  onAction: () => onSend({ thenArchive: true }),
                },
              ]
            : []),
          ...laterTimes(Date.now()).map(({ name, time }, index) => ({
            id: name,
            label: t(`compose.${name}`, { time: formatTime(time) }),
            startsGroup: isAnswer && index === 0,
            onAction: () => onSend({ at: time }),
          })),
          { id: 'pick', label: t('compose.pickTime'), startsGroup: true, onAction: onPickTime },
        ]}
      >
        {t('compose.sendLater')}
        <Icon name="chevron-down" />
      </Menu>
      {undoSeconds > 0 && (
        <span className="compose-hint">{t('compose.undoHint', { count: undoSeconds })}</span>
      )}
      <span className="grow" />
      <SavedWords board={status} />
      <span className="separator" />
      {more}
      <IconButton label={t('compose.attach')} icon="paperclip" onPress={onAttach} />
      <IconButton label={t('compose.discard')} icon="trash" onPress={onDiscard} />
    </div>
  );
}

/** Whether what was typed is on disk, and on the server. */
function SavedWords({ board }: { board: SaveStatusBoard }): ReactNode {
  const status = useSaveStatus(board);
  const { isDirty, isNotSaved } = status;
  return (
    <span className={isNotSaved ? 'warn compose-saved' : 'c2 compose-saved'}>
      {!isDirty && !isNotSaved && <Icon name="check" size={14} />}
      <span>{saySaved(status)}</span>
    </span>
  );
}
