// A password field that can display what was typed.
import { Eye, EyeOff } from 'lucide-react';
import { useState, type Ref } from 'react';
import { passwordRule } from '@/data/passwordRule';
import { IconButton, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import { useEntities } from '@/state/store';
import css from './auth.module.css';

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
  isNew?: boolean;
  testId: string;
  ref?: Ref<HTMLInputElement>;
}

export function PasswordField({ value, onChange, isNew, testId, ref }: PasswordFieldProps) {
  const [visible, setVisible] = useState(false);
  const [isRejected, setRejected] = useState(false);
  const config = useEntities((s) => s.config);
  const rule = passwordRule(config);
  return (
    <div>
      <div className={css.passwordInput}>
        <TextField
          ref={ref} label={t('auth.password')} type={visible ? 'text' : 'password'} name="password" required tall value={value}
          autoComplete={isNew ? 'new-password' : 'current-password'} pattern={isNew ? rule.pattern : undefined}
          aria-invalid={isRejected || undefined} data-testid={testId}
          onChange={(e) => {
            onChange(e.target.value);
            setRejected(false);
          }}
          onInvalid={(e) => {
            // The hint below explains it; the browser's own message would cover the button.
            e.preventDefault();
            if (e.currentTarget.form?.querySelector('input:invalid') === e.currentTarget) e.currentTarget.focus();
            setRejected(isNew ?? false);
          }}
        />
        <IconButton className={css.passwordToggle} label={visible ? t('auth.hidePassword') : t('auth.showPassword')} tabIndex={-1} onClick={() => setVisible((on) => !on)}>
          {visible ? <EyeOff size={16} /> : <Eye size={16} />}
        </IconButton>
      </div>
      {isNew && <p className={cx(css.address, css.note, isRejected && css.rejected)} role={isRejected ? 'alert' : undefined}>{rule.hint}</p>}
    </div>
  );
}
