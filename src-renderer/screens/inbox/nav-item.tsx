import { type ReactNode, useId } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { MailboxId } from '../../../src-shared/model/ids.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { formatNumber } from '../../i18n/i18n.ts';

/** One place where one can go, with how much is there. */
export function NavItem(props: {
  icon: IconName;
  name: string;
  count?: number;
  isCurrent?: boolean;
  isStrong?: boolean;
  isWarning?: boolean;
  depth?: number;
  mailboxId?: MailboxId;
  onPress: () => void;
}): ReactNode {
  const { icon, name, count = 0, isCurrent = false, isStrong = false, isWarning = false, depth = 0 } = props;
  const countId = useId();
  return (
    <AriaButton
      className={isStrong ? 'nav-item nav-item-unread' : 'nav-item'}
      {...(count > 0 ? { 'aria-describedby': countId } : {})}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      {...(props.mailboxId === undefined ? {} : { 'data-mailbox': props.mailboxId })}
      style={{ paddingInlineStart: 8 + Math.min(depth, 4) * 12 }}
      onPress={props.onPress}
    >
      <Icon name={icon} />
      <span className="nav-item-name cut" dir="auto">
        {name}
      </span>
      {count > 0 && (
        <span id={countId} className="nav-item-count" aria-hidden="true">
          {formatNumber(count)}
        </span>
      )}
      {isWarning && <Icon name="warning" className="warn" />}
    </AriaButton>
  );
}
