// The form for the mail server of a new server, which may wait.
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Button, RadioCard, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { saveMail, sendTestMail, type MailSecurity, type MailSettings } from './actions';
import css from './auth.module.css';
import { FormError } from './FormError';

const PORTS: Record<MailSecurity, string> = { STARTTLS: '587', TLS: '465', '': '25' };

export function MailForm({ onDone }: { onDone: () => void }) {
  const siteUrl = useEntities((s) => s.config.SiteURL ?? '');
  const [mail, setMail] = useState<MailSettings>({ server: '', port: PORTS.STARTTLS, security: 'STARTTLS', user: '', password: '', from: '' });
  const [busy, setBusy] = useState<'' | 'test' | 'save'>('');
  const [error, setError] = useState<unknown>(null);
  const [isTested, setTested] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  // The form of the step before had the focus.
  useEffect(() => element.current?.querySelector('input')?.focus(), []);

  const change = (patch: Partial<MailSettings>) => {
    setMail({ ...mail, ...patch });
    setTested(false);
    setError(null);
  };
  const chooseSecurity = (security: MailSecurity) => change({ security, port: mail.port === PORTS[mail.security] ? PORTS[security] : mail.port });
  const perform = async (what: 'test' | 'save', work: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    setTested(false);
    try {
      await work();
      if (what === 'test') setTested(true);
      else onDone();
    } catch (cause) {
      setError(cause);
    }
    setBusy('');
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void perform('save', () => saveMail(mail));
  };
  const isComplete = mail.server.trim() !== '' && mail.from.trim() !== '';

  return (
    <form ref={element} className={css.form} onSubmit={onSubmit} data-testid="mail-form">
      {!siteUrl && <p className={css.address} data-testid="mail-no-address">{t('setup.mailNoAddress')}</p>}
      <TextField label={t('setup.mailServer')} tall spellCheck={false} autoCapitalize="none" placeholder="smtp.example.com" value={mail.server} onChange={(e) => change({ server: e.target.value })} data-testid="mail-server" />
      <div role="radiogroup" aria-label={t('setup.mailSecurity')} className={css.choices}>
        <RadioCard name="mail-security" checked={mail.security === 'STARTTLS'} title="STARTTLS" hint={t('setup.mailStarttls')} onChoose={() => chooseSecurity('STARTTLS')} />
        <RadioCard name="mail-security" checked={mail.security === 'TLS'} title="TLS" hint={t('setup.mailTls')} onChoose={() => chooseSecurity('TLS')} />
        <RadioCard name="mail-security" checked={mail.security === ''} title={t('setup.mailNone')} hint={t('setup.mailNoneHint')} onChoose={() => chooseSecurity('')} />
      </div>
      <TextField label={t('setup.mailPort')} tall inputMode="numeric" value={mail.port} onChange={(e) => change({ port: e.target.value.replace(/\D/g, '') })} data-testid="mail-port" />
      <TextField label={t('setup.mailUser')} tall autoComplete="off" spellCheck={false} autoCapitalize="none" hint={t('setup.mailUserHint')} value={mail.user} onChange={(e) => change({ user: e.target.value })} data-testid="mail-user" />
      <TextField label={t('auth.password')} type="password" tall autoComplete="new-password" value={mail.password} onChange={(e) => change({ password: e.target.value })} data-testid="mail-password" />
      <TextField label={t('setup.mailFrom')} type="email" tall autoComplete="off" placeholder="chat@example.com" hint={t('setup.mailFromHint')} value={mail.from} onChange={(e) => change({ from: e.target.value })} data-testid="mail-from" />
      <FormError error={error} />
      {isTested && <p className={css.success} role="status" data-testid="mail-tested">{t('setup.mailTested')}</p>}
      <div className={css.choices}>
        <Button size="large" fullWidth busy={busy === 'test'} disabled={!isComplete || busy !== ''} data-testid="mail-test" onClick={() => void perform('test', () => sendTestMail(mail))}>{t('setup.mailTest')}</Button>
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy === 'save'} disabled={!isComplete || busy !== ''} data-testid="mail-submit">{t('setup.mailSubmit')}</Button>
        <Button size="large" fullWidth disabled={busy !== ''} data-testid="mail-later" onClick={onDone}>{t('setup.backupLater')}</Button>
        <p className={css.address}>{t('setup.mailLaterHint')}</p>
      </div>
    </form>
  );
}
