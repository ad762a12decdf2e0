// What is displayed until the client has loaded, or why it could not.
import { Logo, Spinner } from '@/design/primitives';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import css from './app.module.css';

export function LoadingScreen({ title, error, onRetry }: { title?: string; error: string | null; onRetry: () => void }) {
  return (
    <div className={css.fullPage} role="status">
      <Logo size={52} />
      {error ? (
        <>
          <h1>{title ?? t('app.loadingFailed')}</h1>
          <p>{error}</p>
          <Button variant="primary" onClick={onRetry}>{t('action.retry')}</Button>
        </>
      ) : <span className={css.fullPageSpinner} aria-label={t('app.loading')}><Spinner /></span>}
    </div>
  );
}
