// The form for a new account: at set-up, with an invitation, and where the server is open.
import { useState, type FormEvent } from 'react';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { setupCodeFrom, signUp, suggestUsername, verificationPath } from './actions';
import css from './auth.module.css';
import { FormError } from './FormError';
import { PasswordField } from './PasswordField';

interface AccountFormProps {
  inviteId?: string;
  // Of a mail, or of a link with an end.
  invitationToken?: string;
  // To which the invitation was sent: the only one that it is for.
  invitedEmail?: string;
  // Of a new server, from the address that it printed.
  setupCode?: string;
  // Where the page was opened without it.
  asksForSetupCode?: boolean;
  submit: string;
  testId: string;
  onDone: () => void;
}

export function AccountForm({ inviteId, invitationToken, invitedEmail = '', setupCode, asksForSetupCode = false, submit, testId, onDone }: AccountFormProps) {
  const [email, setEmail] = useState(invitedEmail);
  const [username, setUsername] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [typedCode, setTypedCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const name = username ?? suggestUsername(email);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signUp({ email: email.trim(), username: name.trim().toLowerCase(), password }, { inviteId, invitationToken, setupCode: setupCode ?? (asksForSetupCode ? setupCodeFrom(typedCode) : undefined) });
      onDone();
    } catch (cause) {
      const verification = verificationPath(cause, email.trim());
      if (verification) navigateTo(verification);
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid={testId}>
      <FormError error={error} />
      {asksForSetupCode && (
        <TextField label={t('setup.code')} name="setup-code" autoComplete="off" autoFocus required tall spellCheck={false} autoCapitalize="none" value={typedCode} hint={t('setup.codeHint')} onChange={(e) => setTypedCode(e.target.value)} data-testid="account-setup-code" />
      )}
      <TextField label={t('auth.email')} type="email" name="email" autoComplete="email" autoFocus={!asksForSetupCode} required tall readOnly={invitedEmail !== ''} value={email} onChange={(e) => setEmail(e.target.value)} data-testid="account-email" />
      <TextField label={t('auth.username')} name="username" autoComplete="username" required minLength={1} maxLength={64} tall spellCheck={false} autoCapitalize="none" value={name} hint={t('auth.usernameHint')} onChange={(e) => setUsername(e.target.value.toLowerCase().replace(/\s/g, ''))} data-testid="account-username" />
      <PasswordField isNew value={password} onChange={setPassword} testId="account-password" />
      <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!email || !name || !password || (asksForSetupCode && !typedCode.trim())} data-testid="account-submit">{submit}</Button>
    </form>
  );
}
