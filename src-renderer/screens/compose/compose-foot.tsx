import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu } from '../../components/menu.tsx';
import { formatTime, t } from '../../i18n/i18n.ts';
import { laterTimes } from './later-times.ts';

export type ComposeFootProps = {
  savedAt: number | undefined;
  isDirty: boolean;
  isNotSaved: boolean;
  isSending: boolean;
  /** How long a sent message can be taken back. */
  undoSeconds: number;
  onSend: () => void;
  onSendAt: (time: number) => void;
  onPickTime: () => void;
  onAttach: () => void;
  onDiscard: () => void;
};

function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

function saySaved({ savedAt, isDirty, isNotSaved }: ComposeFootProps): string {
  if (isNotSaved) return t('compose.notSaved');
  if (isDirty || savedAt === undefined) return t('compose.saving');
  return t('compose.saved', { time: formatTime(savedAt) });
}

export function ComposeFoot(props: ComposeFootProps): ReactNode {
  const { isDirty, isNotSaved, isSending, undoSeconds } = props;
  const { onSend, onSendAt, onPickTime, onAttach, onDiscard } = props;
  return (
    <div className="compose-foot">
      <Button
        variant="primary"
        isDisabled={isSending}
        kbd={t(isMac() ? 'compose.sendKeysMac' : 'compose.sendKeys')}
        onPress={onSend}
      >
        {t('compose.send')}
      </Button>
      <Menu
        label={t('compose.sendLater')}
        icon="clock"
        isDisabled={isSending}
        items={[
          ...laterTimes(Date.now()).map(({ name, time }) => ({
            id: name,
            label: t(`compose.${name}`, { time: formatTime(time) }),
            onAction: () => onSendAt(time),
          })),
          { id: 'pick', label: t('compose.pickTime'), startsGroup: true, onAction: onPickTime },
        ]}
      />
      {undoSeconds > 0 && (
        <span className="compose-hint">{t('compose.undoHint', { count: undoSeconds })}</span>
      )}
      <span className="grow" />
      <span className={isNotSaved ? 'warn compose-saved' : 'c2 compose-saved'}>
        {!isDirty && !isNotSaved && <Icon name="check" size={14} />}
        <span>{saySaved(props)}</span>
      </span>
      <span className="separator" />
      <IconButton label={t('compose.attach')} icon="paperclip" onPress={onAttach} />
      <IconButton label={t('compose.discard')} icon="trash" onPress={onDiscard} />
    </div>
  );
}
