// Where people go who must have a second factor and have none: until they do, nothing else is open to them.
import { useState } from 'react';
import { activatePasskeys } from '@/api/passkeys';
import { getMe } from '@/api/users';
import { hasPasskeys } from '@/data/passkeys';
import { beginSession, logOut } from '@/data/session';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { AddPasskey } from '@/security/AddPasskey';
import { RecoveryCodes } from '@/security/RecoveryCodes';
import { SetUpSecondFactor } from '@/security/SetUpSecondFactor';
import { useEntities } from '@/state/store';
import { toastError } from '@/state/ui';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';

export function SecondFactorView() {
  const onDone = () => void getMe().then(beginSession).catch(toastError);
  const offersPasskeys = useEntities((s) => s.config.EnablePasskeys === 'true') && hasPasskeys();
  const [isPasskey, setPasskey] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const onAdded = () => void activatePasskeys().then((answer) => setCodes(answer.recovery_codes)).catch(toastError);
  const foot = <button type="button" className={css.forgot} onClick={() => void logOut()} data-testid="second-factor-log-out">{t('command.logOut')}</button>;
  return (
    <AuthLayout title={t('mfa.requiredTitle')} text={t('mfa.requiredText')} foot={foot}>
      <div className={css.form}>
        {codes ? <RecoveryCodes codes={codes} onDone={onDone} />
          : isPasskey ? <AddPasskey onDone={onAdded} onCancel={() => setPasskey(false)} />
            : <SetUpSecondFactor onDone={onDone} />}
        {offersPasskeys && !isPasskey && <Button fullWidth onClick={() => setPasskey(true)} data-testid="second-factor-use-passkey">{t('passkey.instead')}</Button>}
      </div>
    </AuthLayout>
  );
}
