import { type ReactNode, useEffect } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Button } from './components/button.tsx';
import { Icon, type IconName } from './components/icon.tsx';
import { t } from './i18n/i18n.ts';

export type PageName = 'access' | 'activity' | 'check' | 'contacts' | 'privacy' | 'settings';

export type PageFrameProps = {
  /** Undefined on pages that no entry leads to, like a receipt. */
  current: PageName | undefined;
  needsPerson: boolean;
  onBack: () => void;
  onPage: (page: PageName) => void;
  children: ReactNode;
};

function Entry(props: {
  icon: IconName;
  name: string;
  isCurrent: boolean;
  isMarked?: boolean;
  onPress: () => void;
}): ReactNode {
  return (
    <AriaButton
      className="nav-item"
      {...(props.isCurrent ? { 'aria-current': 'page' as const } : {})}
      onPress={props.onPress}
    >
      <Icon name={props.icon} />
      <span className="nav-item-name">{props.name}</span>
      {props.isMarked && <Icon name="warning" className="warn" />}
    </AriaButton>
  );
}

/** Pages beside the mail: a way back, and the pages there are. */
export function PageFrame({ current, needsPerson, onBack, onPage, children }: PageFrameProps): ReactNode {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const isCovered = document.querySelector(
        '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"].menu',
      );
      if (event.key === 'Escape' && !event.defaultPrevented && !isCovered) onBack();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [onBack]);
  return (
    <div className="window pages">
      <nav className="pane side" aria-label={t('pages.name')}>
        <div className="bar">
          <Button variant="quiet" icon="chevron-left" kbd="Esc" onPress={onBack}>
            {t('pages.back')}
          </Button>
        </div>
        <div className="nav">
          <div className="nav-head">{t('pages.people')}</div>
          <Entry
            icon="person"
            name={t('pages.contacts')}
            isCurrent={current === 'contacts'}
            onPress={() => onPage('contacts')}
          />
          <div className="nav-head">{t('pages.trust')}</div>
          <Entry
            icon="key"
            name={t('command.accounts')}
            isCurrent={current === 'access'}
            isMarked={needsPerson}
            onPress={() => onPage('access')}
          />
          <Entry
            icon="list"
            name={t('pages.activity')}
            isCurrent={current === 'activity'}
            onPress={() => onPage('activity')}
          />
          <Entry
            icon="shield"
            name={t('pages.check')}
            isCurrent={current === 'check'}
            onPress={() => onPage('check')}
          />
          <div className="nav-head">{t('nav.settings')}</div>
          <Entry
            icon="screen"
            name={t('pages.general')}
            isCurrent={current === 'settings'}
            onPress={() => onPage('settings')}
          />
          <Entry
            icon="lock"
            name={t('pages.privacy')}
            isCurrent={current === 'privacy'}
            onPress={() => onPage('privacy')}
          />
        </div>
      </nav>
      {children}
    </div>
  );
}
