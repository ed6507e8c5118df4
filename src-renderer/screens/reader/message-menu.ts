import type { MessageSummary } from '../../../src-shared/model/message.ts';
import type { MessageTrust } from '../../../src-shared/model/message-trust.ts';
import { COMMANDS, type CommandId } from '../../commands/command-table.ts';
import type { MenuItem } from '../../components/menu.tsx';
import { t } from '../../i18n/i18n.ts';
import type { ReaderTools } from './reader-tools.ts';

export type AnswerKind = NonNullable<Parameters<ReaderTools['onCompose']>[0]['basedOn']>['as'];

/** How one message can be shown otherwise, where it can. */
export type SchemeChoice = { isShownDark: boolean; set: (scheme: 'light' | 'dark') => void };

export type MessageActs = {
  tools: Pick<ReaderTools, 'onCompose' | 'onDialog'>;
  onPrint: (as: 'paper' | 'pdf') => void;
  scheme: SchemeChoice | undefined;
};

/** Everything that can be done with one message, beside what the bar offers for its conversation. */
export function messageItems(
  { messageId }: MessageSummary,
  trust: MessageTrust | undefined,
  { tools, onPrint, scheme }: MessageActs,
): MenuItem[] {
  const answer = (as: AnswerKind) => (): void => tools.onCompose({ basedOn: { messageId, as } });
  const item = (
    id: CommandId,
    icon: NonNullable<MenuItem['icon']>,
    onAction: () => void,
    startsGroup = false,
  ): MenuItem => ({
    id,
    label: t(COMMANDS[id].label),
    icon,
    ...(COMMANDS[id].shown === '' ? {} : { kbd: COMMANDS[id].shown }),
    startsGroup,
    onAction,
  });
  return [
    item('reply', 'reply', answer('reply')),
    item('reply-all', 'reply-all', answer('reply-all')),
    ...(trust?.listPost === undefined ? [] : [item('reply-list', 'list', answer('reply-list'))]),
    item('forward', 'forward', answer('forward')),
    item('forward-attached', 'paperclip', answer('forward-attached')),
    item('redirect', 'redirect', () => tools.onDialog({ kind: 'redirect', messageId })),
    item('edit-as-new', 'edit-as-new', answer('new')),
    item('print', 'print', () => onPrint('paper'), true),
    item('save-pdf', 'file', () => onPrint('pdf')),
    ...(scheme
      ? [
          {
            id: 'scheme',
            label: t(scheme.isShownDark ? 'reader.show-light' : 'reader.show-dark'),
            icon: scheme.isShownDark ? ('light' as const) : ('dark' as const),
            onAction: () => scheme.set(scheme.isShownDark ? 'light' : 'dark'),
          },
        ]
      : []),
    item('source', 'source', () => tools.onDialog({ kind: 'source', messageId })),
  ];
}
