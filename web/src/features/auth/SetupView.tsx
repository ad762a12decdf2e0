// Setting up a new server: the administrator's account, then the first team.
import { useState } from 'react';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { AccountForm } from './AccountForm';
import { AuthLayout } from './AuthLayout';
import { TeamForm } from './TeamForm';

export function SetupAccountView({ onDone }: { onDone: () => void }) {
  return (
    <AuthLayout title={t('setup.title')} text={t('setup.text')} progress={{ step: 1, total: 2 }}>
      <AccountForm submit={t('setup.submit')} testId="setup-form" onDone={onDone} />
    </AuthLayout>
  );
}

export function SetupTeamView({ onDone }: { onDone: () => void }) {
  const [done, setDone] = useState(false);
  return (
    <AuthLayout title={t('setup.teamTitle')} text={t('setup.teamText')} progress={{ step: 2, total: 2 }}>
      <TeamForm
        submit={t('setup.teamSubmit')} disabled={done}
        onDone={(team) => {
          setDone(true);
          onDone();
          navigateTo(`/${team.name}/channels/town-square`, { replace: true });
        }}
      />
    </AuthLayout>
  );
}
