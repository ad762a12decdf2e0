// The moment before anything is known, and the page for a server that does not answer.
import { Mark, Spinner } from '@/design/bits';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import css from './app.module.css';

export function Splash({ error, onRetry }: { error: string | null; onRetry: () => void }) {
  return (
    <div className={css.splash} role="status">
      <Mark size={52} />
      {error ? (
        <>
          <h1>{t('app.trouble')}</h1>
          <p>{error}</p>
          <Button tone="primary" onClick={onRetry}>{t('action.retry')}</Button>
        </>
      ) : <span className={css.splashSpinner} aria-label={t('app.loading')}><Spinner /></span>}
    </div>
  );
}
