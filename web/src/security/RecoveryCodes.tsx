// Recovery codes, which the server shows once.
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { copyText } from '@/lib/clipboard';
import { toast } from '@/state/ui';
import css from './security.module.css';

export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const copy = async () => {
    const isCopied = await copyText(codes.join('\n'));
    toast(t(isCopied ? 'toast.copied' : 'toast.notCopied'), isCopied ? 'success' : undefined);
  };
  return (
    <div className={css.form} data-testid="recovery-codes">
      <p className={css.text}>{t('mfa.recoveryText')}</p>
      <ul className={css.codes}>{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
      <div className={css.buttons}>
        <Button onClick={() => void copy()}>{t('action.copy')}</Button>
        <Button variant="primary" onClick={onDone} data-testid="recovery-codes-done">{t('mfa.recoveryDone')}</Button>
      </div>
    </div>
  );
}
