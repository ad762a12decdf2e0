// The form for the first backup target of a new server, which may wait.
import { useEffect, useRef } from 'react';
import { TargetFields } from '@/backups/TargetFields';
import { useTargetForm } from '@/backups/useTargetForm';
import { describeAdded } from '@/backups/words';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { toast } from '@/state/ui';
import css from './auth.module.css';

export default function BackupForm({ onDone }: { onDone: () => void }) {
  const form = useTargetForm(undefined, (target) => {
    toast(describeAdded(target), 'success');
    onDone();
  });
  const element = useRef<HTMLFormElement>(null);
  // The form of the step before had the focus.
  useEffect(() => element.current?.querySelector('input')?.focus(), []);
  return (
    <form ref={element} className={css.form} noValidate onSubmit={form.submit} data-testid="backup-form">
      <TargetFields form={form} />
      <div className={css.choices}>
        <Button type="submit" variant="primary" size="large" fullWidth busy={form.isBusy} data-testid="backup-submit">{t('setup.backupSubmit')}</Button>
        <Button size="large" fullWidth disabled={form.isBusy} data-testid="backup-later" onClick={onDone}>{t('setup.backupLater')}</Button>
        <p className={css.address}>{t('setup.backupLaterHint')}</p>
      </div>
    </form>
  );
}
