// Logging in.
import { useRef, useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import { KeyRound } from 'lucide-react';
import { ApiError } from '@/api/core';
import { hasPasskeys, logInWithPasskey } from '@/data/passkeys';
import { logIn } from '@/data/session';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { navigateTo } from '@/lib/navigate';
import { verificationPath } from './actions';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';
import { PasswordField } from './PasswordField';

export function LoginView() {
  const open = useEntities((s) => s.config.EnableOpenServer === 'true');
  const offersPasskeys = useEntities((s) => s.config.EnablePasskeys === 'true') && hasPasskeys();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await logIn(login.trim(), password, code ?? '');
    } catch (cause) {
      setBusy(false);
      if (cause instanceof ApiError && cause.id.startsWith('mfa.validate_token') && code === null) setCode('');
      else {
        const verification = login.includes('@') ? verificationPath(cause, login.trim()) : null;
        if (verification) navigateTo(verification);
        setError(cause);
        (codeField.current ?? passwordField.current)?.select();
      }
    }
  };

  const onPasskey = async () => {
    setBusy(true);
    setError(null);
    await logInWithPasskey().catch((cause: unknown) => {
      setBusy(false);
      setError(cause);
    });
  };

  return (
    <AuthLayout
      title={t('login.title')}
      foot={open ? <>{t('login.new')} <Link href="/signup_user_complete/">{t('login.signUp')}</Link></> : t('login.inviteOnly')}
    >
      <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="login-form">
        <FormError error={error} />
        <TextField label={t('auth.login')} name="login" autoComplete="username" autoFocus required tall spellCheck={false} autoCapitalize="none" value={login} onChange={(e) => setLogin(e.target.value)} data-testid="login-id" />
        <PasswordField ref={passwordField} value={password} onChange={setPassword} testId="login-password" />
        <Link className={css.forgot} href="/reset_password" data-testid="forgot-password">{t('login.forgot')}</Link>
        {code !== null && <TextField ref={codeField} label={t('login.code')} hint={t('login.codeHint')} autoComplete="one-time-code" autoFocus required tall spellCheck={false} autoCapitalize="none" value={code} onChange={(e) => setCode(e.target.value)} data-testid="login-code" />}
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!login || !password} data-testid="login-submit">{t('login.submit')}</Button>
        {offersPasskeys && <Button size="large" fullWidth disabled={busy} onClick={() => void onPasskey()} data-testid="login-passkey"><KeyRound size={17} />{t('login.passkey')}</Button>}
      </form>
    </AuthLayout>
  );
}
