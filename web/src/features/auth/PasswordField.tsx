// A password, which can be looked at.
import { Eye, EyeOff } from 'lucide-react';
import { useState, type Ref } from 'react';
import { IconButton, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import { useEntities } from '@/state/store';
import css from './auth.module.css';

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
  fresh?: boolean;
  testId: string;
  ref?: Ref<HTMLInputElement>;
}

export function PasswordField({ value, onChange, fresh, testId, ref }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const [short, setShort] = useState(false);
  const least = useEntities((s) => Number(s.config.PasswordMinimumLength) || 8);
  return (
    <div>
      <div className={css.reveal}>
        <TextField
          ref={ref} label={t('auth.password')} type={shown ? 'text' : 'password'} name="password" required tall value={value}
          autoComplete={fresh ? 'new-password' : 'current-password'} minLength={fresh ? least : undefined}
          aria-invalid={short || undefined} data-testid={testId}
          onChange={(e) => {
            onChange(e.target.value);
            setShort(false);
          }}
          onInvalid={(e) => {
            // What is below says it already; the browser's bubble would cover the button.
            e.preventDefault();
            if (e.currentTarget.form?.querySelector('input:invalid') === e.currentTarget) e.currentTarget.focus();
            setShort(fresh ?? false);
          }}
        />
        <IconButton className={css.revealButton} label={shown ? t('auth.hidePassword') : t('auth.showPassword')} tabIndex={-1} onClick={() => setShown((on) => !on)}>
          {shown ? <EyeOff size={16} /> : <Eye size={16} />}
        </IconButton>
      </div>
      {fresh && <p className={cx(css.address, css.note, short && css.short)} role={short ? 'alert' : undefined}>{t('auth.passwordHint', { count: least })}</p>}
    </div>
  );
}
