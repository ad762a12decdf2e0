// A guest link that was just made: the only time that its address is shown.
import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { CreatedGuestLink } from '@/api/guestLinks';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { copyText } from '@/lib/clipboard';
import { toast } from '@/state/ui';
import css from './dialogs.module.css';

export function NewGuestLink({ created, children }: { created: CreatedGuestLink; children?: ReactNode }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void copyText(created.link).then((isCopied) => {
      if (isCopied) setCopied(true);
      else toast(t('toast.notCopied'), 'error');
    });
  };
  return (
    <div className={css.form}>
      <p className={css.note}>{t('guestLink.once')}</p>
      <div className={css.link}>
        <TextField readOnly value={created.link} aria-label={t('guestLink.dialogTitle')} onFocus={(e) => e.target.select()} data-testid="guest-link-address" />
        <Button variant="primary" onClick={copy}>{copied ? <Check size={16} /> : <Copy size={16} />}{copied ? t('toast.copied') : t('action.copy')}</Button>
      </div>
      <img className={css.qrCode} src={`data:image/png;base64,${created.qr_code}`} alt={t('guestLink.qrCode')} />
      {children}
    </div>
  );
}
