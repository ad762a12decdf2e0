// The terms of service, and the answer to them.
import { useState } from 'react';
import { answerTerms, type TermsOfService } from '@/api/terms';
import { logOut } from '@/data/session';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { Markdown } from '@/messages/markdown/Markdown';
import { toast, toastError } from '@/state/ui';
import { AuthLayout } from './AuthLayout';
import css from './terms.module.css';

export function TermsView({ terms, onAccepted }: { terms: TermsOfService; onAccepted: () => Promise<void> }) {
  const [busy, setBusy] = useState<'' | 'accept' | 'decline'>('');
  const answer = async (isAccepted: boolean) => {
    setBusy(isAccepted ? 'accept' : 'decline');
    try {
      await answerTerms(terms.id, isAccepted);
      if (isAccepted) {
        await onAccepted();
      } else {
        await logOut();
        toast(t('terms.declined'));
      }
    } catch (error) {
      toastError(error);
    }
    setBusy('');
  };
  return (
    <AuthLayout title={t('terms.title')} text={t('terms.text')} wide>
      <section className={css.terms} tabIndex={0} aria-label={t('terms.title')} data-testid="terms"><Markdown text={terms.text} team="" /></section>
      <div className={css.answers}>
        <Button variant="primary" size="large" busy={busy === 'accept'} disabled={busy !== ''} data-testid="terms-accept" onClick={() => void answer(true)}>{t('terms.accept')}</Button>
        <Button size="large" busy={busy === 'decline'} disabled={busy !== ''} data-testid="terms-decline" onClick={() => void answer(false)}>{t('terms.decline')}</Button>
      </div>
    </AuthLayout>
  );
}
