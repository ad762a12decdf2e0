// Where people go who must have a second factor and have none: until they do, nothing else is open to them.
import { getMe } from '@/api/users';
import { beginSession, logOut } from '@/data/session';
import { t } from '@/i18n';
import { SetUpSecondFactor } from '@/security/SetUpSecondFactor';
import { toastError } from '@/state/ui';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';

export function SecondFactorView() {
  const onDone = () => void getMe().then(beginSession).catch(toastError);
  const foot = <button type="button" className={css.forgot} onClick={() => void logOut()} data-testid="second-factor-log-out">{t('command.logOut')}</button>;
  return (
    <AuthLayout title={t('mfa.requiredTitle')} text={t('mfa.requiredText')} foot={foot}>
      <div className={css.form}><SetUpSecondFactor onDone={onDone} /></div>
    </AuthLayout>
  );
}
