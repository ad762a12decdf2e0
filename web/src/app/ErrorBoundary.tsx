// Displays an error page when rendering fails.
import { Component, type ReactNode } from 'react';
import { Logo } from '@/design/primitives';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import css from './app.module.css';

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className={css.fullPage} role="alert">
        <Logo size={52} />
        <h1>{t('app.broken')}</h1>
        <p>{t('app.brokenText')}</p>
        <Button variant="primary" onClick={() => location.reload()}>{t('app.reload')}</Button>
      </div>
    );
  }
}
