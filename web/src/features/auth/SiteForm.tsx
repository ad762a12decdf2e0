// The form for the name and address of a new server.
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { getCertificateName } from '@/api/config';
import { Button, Checkbox, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { completeUrl, saveSite, suggestUrl } from './actions';
import css from './auth.module.css';
import { FormError } from './FormError';

export function SiteForm({ onDone }: { onDone: () => void }) {
  const current = useEntities((s) => s.config);
  const [name, setName] = useState(current.SiteName ?? '');
  const [address, setAddress] = useState(() => current.SiteURL || suggestUrl(location));
  // Who is here over HTTPS has a certificate already, in this server or in a proxy.
  const [wantsCertificate, setWantsCertificate] = useState(() => location.protocol === 'http:');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const url = completeUrl(address);
  // The rule is the server's. While it has not answered, nothing is offered, and nothing agreed to.
  const { data: certificateName = '' } = useQuery({ queryKey: ['certificate name', url], queryFn: () => getCertificateName(url), enabled: url !== '', staleTime: Infinity });

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await saveSite({ name: name.trim(), url, certificateName: wantsCertificate ? certificateName : '' });
      onDone();
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="site-form">
      <FormError error={error} />
      <TextField label={t('setup.siteName')} autoFocus required tall maxLength={64} value={name} onChange={(e) => setName(e.target.value)} data-testid="site-name" />
      <TextField
        label={t('setup.siteAddress')} tall spellCheck={false} autoCapitalize="none" inputMode="url" placeholder="chat.example.com" value={address}
        hint={t('setup.siteAddressHint')} onChange={(e) => setAddress(e.target.value)} data-testid="site-address"
      />
      {certificateName && (
        <Checkbox checked={wantsCertificate} title={t('setup.certificate')} hint={t('setup.certificateHint')} onChange={setWantsCertificate} testId="site-certificate" />
      )}
      <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!name.trim()} data-testid="site-submit">{t('setup.siteSubmit')}</Button>
    </form>
  );
}
