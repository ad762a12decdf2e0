// The password of a repository: typed or generated, displayed and copied, with what depends on it.
import { Check, Copy, Dices, Eye, EyeOff, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton, TextField } from '@/design/controls';
import { t as tApp } from '@/i18n';
import { t } from '@/i18n/admin';
import { copyText } from '@/lib/clipboard';
import { toast } from '@/state/ui';
import css from './backups.module.css';
import { generatePassword } from './password';
import type { TargetForm } from './useTargetForm';

const COPIED_MS = 2000;

export function RepositoryPassword({ form: { draft, errors, isNew, change } }: { form: TargetForm }) {
  const [isVisible, setVisible] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const set = (password: string) => {
    setCopied(false);
    change({ password }, 'password');
  };
  const copy = async () => {
    const done = await copyText(draft.password);
    if (!done) return toast(tApp('toast.notCopied'), 'error');
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <div>
      <div className={css.password}>
        <div className={css.passwordInput}>
          <TextField
            label={isNew ? t('backups.newPassword') : t('backups.password')} type={isVisible ? 'text' : 'password'} value={draft.password} autoComplete="new-password" spellCheck={false} autoCapitalize="none"
            error={errors.password} hint={isNew ? undefined : t('backups.unchanged')} className={css.secret} data-testid="target-password" onChange={(e) => set(e.target.value)}
          />
          <IconButton className={css.toggle} label={isVisible ? t('backups.hidePassword') : t('backups.showPassword')} onClick={() => setVisible((on) => !on)}>
            {isVisible ? <EyeOff size={16} /> : <Eye size={16} />}
          </IconButton>
        </div>
        {isNew && (
          <div className={css.passwordButtons}>
            <Button
              data-testid="target-generate"
              onClick={() => {
                set(generatePassword());
                setVisible(true);
              }}
            >
              <Dices size={16} />{t('backups.generate')}
            </Button>
            <Button disabled={!draft.password} data-testid="target-copy" onClick={() => void copy()}>
              {isCopied ? <Check size={16} /> : <Copy size={16} />}{isCopied ? t('backups.copied') : tApp('action.copy')}
            </Button>
          </div>
        )}
      </div>
      {isNew && <p className={css.warning}><TriangleAlert size={16} aria-hidden />{t('backups.passwordHint')}</p>}
    </div>
  );
}
