import { Component, type ReactNode } from 'react';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';

/** Instead of an empty window when a screen cannot be drawn: says so, and offers to draw it anew. Nothing is kept in a window. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="centred">
        <div className="column">
          <h1 className="headline">{t('window.failed')}</h1>
          <p className="task-lede">{t('window.failedText')}</p>
          <div className="task-actions">
            <Button variant="primary" autoFocus onPress={() => window.location.reload()}>
              {t('window.again')}
            </Button>
          </div>
        </div>
      </main>
    );
  }
}
