import type { ReactNode, RefObject } from 'react';
import { Popover } from 'react-aria-components';
import type { Completion } from '../../../src-shared/model/contact.ts';
import { displayNameOf } from '../../../src-shared/text/address.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';

export type CompletionListProps = {
  /** Of the list; its options are `ID-0`, `ID-1` and so on, for the field that keeps the focus. */
  id: string;
  found: readonly Completion[];
  active: number;
  field: RefObject<HTMLInputElement | null>;
  onActive: (index: number) => void;
  onPick: (picked: Completion) => void;
  onClose: () => void;
};

/** Whom one may mean, below the field in which one types. */
export function CompletionList(props: CompletionListProps): ReactNode {
  const { id, found, active, field, onActive, onPick, onClose } = props;
  return (
    <Popover
      className="popover completion"
      triggerRef={field}
      placement="bottom start"
      offset={9}
      isNonModal
      isOpen={found.length > 0}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      {/* It stands at the end of the page: without a name of its own it would belong to no part of it. */}
      <section aria-label={t('compose.completion')}>
        <div id={id} role="listbox" aria-label={t('compose.completion')} className="completion-list">
          {found.map((one, index) => (
            <div
              key={one.kind === 'group' ? `group ${one.name}` : one.person.address}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className="completion-option"
              onPointerMove={() => onActive(index)}
              // The field keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onPick(one)}
              onKeyDown={() => undefined}
            >
              <CompletionWords completion={one} />
              {index === active && <Kbd>{t('compose.enterKey')}</Kbd>}
            </div>
          ))}
        </div>
      </section>
    </Popover>
  );
}

function CompletionWords({ completion }: { completion: Completion }): ReactNode {
  const isGroup = completion.kind === 'group';
  const name = cleanLine(isGroup ? completion.name : displayNameOf(completion.person));
  const more = isGroup
    ? t('compose.groupOf', { count: completion.members.length })
    : cleanLine(completion.person.address);
  return (
    <>
      <Avatar name={name} shape={isGroup ? 'square' : 'round'} />
      <span className="completion-words">
        <span className="cut med" dir="auto">
          {name}
        </span>
        {more !== name && (
          <span className="cut t12 c2">
            <bdi>{more}</bdi>
          </span>
        )}
      </span>
    </>
  );
}
