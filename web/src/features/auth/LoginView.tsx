// Logging in.
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { KeyRound } from 'lucide-react';
import { hasPasskeys, logInWithPasskey } from '@/data/passkeys';
import { logIn } from '@/data/session';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { navigateTo } from '@/lib/navigate';
import { magicLinkPath, verificationPath, whoMayUseMagicLinks } from './actions';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';
import { PasswordField } from './PasswordField';
import { useLogIn } from './useLogIn';

export function LoginView() {
  const open = useEntities((s) => s.config.EnableOpenServer === 'true');
  const description = useEntities((s) => s.config.CustomDescriptionText ?? '');
  const offersPasskeys = useEntities((s) => s.config.EnablePasskeys === 'true') && hasPasskeys();
  const byLink = useEntities((s) => whoMayUseMagicLinks(s.config));
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const passwordField = useRef<HTMLInputElement>(null);
  const { busy, error, onSubmit, logInBy, secondFactorField } = useLogIn(
    (secondFactor) => logIn(login.trim(), password, secondFactor),
    (cause) => {
      const verification = login.includes('@') ? verificationPath(cause, login.trim()) : null;
      if (verification) navigateTo(verification);
      passwordField.current?.select();
    },
  );

  return (
    <AuthLayout
      title={t('login.title')}
      text={description || undefined}
      foot={open ? <>{t('login.new')} <Link href="/signup_user_complete/">{t('login.signUp')}</Link></> : t('login.inviteOnly')}
    >
      <form className={css.form} onSubmit={onSubmit} data-testid="login-form">
        <FormError error={error} />
        <TextField label={t('auth.login')} name="login" autoComplete="username" autoFocus required tall spellCheck={false} autoCapitalize="none" value={login} onChange={(e) => setLogin(e.target.value)} data-testid="login-id" />
        <PasswordField ref={passwordField} value={password} onChange={setPassword} testId="login-password" />
        <Link className={css.forgot} href="/reset_password" data-testid="forgot-password">{t('login.forgot')}</Link>
        {secondFactorField}
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!login || !password} data-testid="login-submit">{t('login.submit')}</Button>
        {byLink !== 'none' && (
          <Button size="large" fullWidth data-testid="login-by-link" onClick={() => navigateTo(magicLinkPath(login.trim(), location.search))}>
            {byLink === 'guests' ? t('magicLink.guests') : t('magicLink.ask')}
          </Button>
        )}
        {offersPasskeys && <Button size="large" fullWidth disabled={busy} onClick={() => logInBy(logInWithPasskey)} data-testid="login-passkey"><KeyRound size={17} />{t('login.passkey')}</Button>}
      </form>
    </AuthLayout>
  );
}
