// One's second factor: setting it up, new recovery codes, removing it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { countRecoveryCodes, remove, replaceRecoveryCodes } from '@/api/mfa';
import { activatePasskeys, getPasskeys } from '@/api/passkeys';
import { Button, TextField } from '@/design/controls';
import { t, tn } from '@/i18n';
import { RecoveryCodes } from '@/security/RecoveryCodes';
import { SetUpSecondFactor } from '@/security/SetUpSecondFactor';
import { useEntities } from '@/state/store';
import { toastError } from '@/state/ui';
import css from './dialogs.module.css';

export function SecondFactorSettings() {
  const isActive = useEntities((s) => s.users[s.meId]?.mfa_active ?? false);
  const [isSettingUp, setSettingUp] = useState(false);
  // Shown until they are kept, although the second factor is active by then.
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <div className={css.form} data-testid="second-factor-settings">
      <p className={css.subhead}>{t('mfa.title')}</p>
      {isSettingUp && <SetUpSecondFactor onDone={() => setSettingUp(false)} />}
      {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      {!codes && !isSettingUp && (isActive ? <Active /> : <Inactive onSetUp={() => setSettingUp(true)} onCodes={setCodes} />)}
    </div>
  );
}

function Inactive({ onSetUp, onCodes }: { onSetUp: () => void; onCodes: (codes: string[]) => void }) {
  const passkeys = useQuery({ queryKey: ['passkeys'], queryFn: getPasskeys, staleTime: 0 });
  const isUsable = passkeys.data?.some((passkey) => passkey.domain === window.location.hostname) ?? false;
  const activate = () => void activatePasskeys().then((answer) => onCodes(answer.recovery_codes)).catch(toastError);
  return (
    <>
      <p className={css.note}>{t('mfa.hint')}</p>
      <div className={css.buttons}>
        {isUsable && <Button onClick={activate} data-testid="second-factor-passkeys">{t('passkey.asSecondFactor')}</Button>}
        <Button onClick={onSetUp} data-testid="second-factor-set-up">{t('mfa.setUp')}</Button>
      </div>
    </>
  );
}

function Active() {
  const { data } = useQuery({ queryKey: ['recoveryCodes'], queryFn: countRecoveryCodes, staleTime: 0 });
  const [step, setStep] = useState<'remove' | 'replace' | null>(null);
  if (step === 'remove') return <Remove onCancel={() => setStep(null)} />;
  if (step === 'replace') return <ReplaceRecoveryCodes onDone={() => setStep(null)} />;
  return (
    <>
      <p className={css.note}>{t('mfa.active')} {data && tn('mfa.recoveryLeft', data.left)}</p>
      <div className={css.buttons}>
        <Button onClick={() => setStep('remove')} data-testid="second-factor-remove">{t('mfa.remove')}</Button>
        <Button onClick={() => setStep('replace')} data-testid="recovery-replace">{t('mfa.recoveryNew')}</Button>
      </div>
    </>
  );
}

function Remove({ onCancel }: { onCancel: () => void }) {
  return (
    <>
      <p className={css.note}>{t('mfa.removeText')}</p>
      <div className={css.buttons}>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button variant="danger" onClick={() => void remove().catch(toastError)} data-testid="second-factor-remove-confirm">{t('mfa.remove')}</Button>
      </div>
    </>
  );
}

function ReplaceRecoveryCodes({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      setCodes((await replaceRecoveryCodes(password)).recovery_codes);
      await queries.invalidateQueries({ queryKey: ['recoveryCodes'] });
    } catch (cause) {
      setError((cause as Error).message);
    }
    setBusy(false);
  };
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)}>
      <p className={css.note}>{t('mfa.recoveryReplaceText')}</p>
      <TextField type="password" autoComplete="current-password" label={t('settings.currentPassword')} autoFocus value={password} error={error} onChange={(e) => setPassword(e.target.value)} data-testid="recovery-password" />
      <div className={css.buttons}>
        <Button onClick={onDone}>{t('action.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy} disabled={!password} data-testid="recovery-replace-confirm">{t('mfa.recoveryNew')}</Button>
      </div>
    </form>
  );
}
