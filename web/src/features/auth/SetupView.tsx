// Setting up a new server: the administrator's account, the site's name and address, then the first team.
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { useEntities } from '@/state/store';
import { AccountForm } from './AccountForm';
import { AuthLayout } from './AuthLayout';
import { SiteForm } from './SiteForm';
import { TeamForm } from './TeamForm';

const STEPS = 3;

export function SetupAccountView({ onDone }: { onDone: () => void }) {
  const [params] = useSearchParams();
  const linkedCode = params.get('setup_code') ?? undefined;
  const isCodeRequired = useEntities((s) => s.config.SetupCodeRequired === 'true');
  return (
    <AuthLayout title={t('setup.title')} text={t('setup.text')} progress={{ step: 1, total: STEPS }}>
      <AccountForm setupCode={linkedCode} asksForSetupCode={isCodeRequired && !linkedCode} submit={t('setup.submit')} testId="setup-form" onDone={onDone} />
    </AuthLayout>
  );
}

// After the account: the site, then the team.
export function SetupSiteView({ onDone }: { onDone: () => void }) {
  const [isSiteDone, setSiteDone] = useState(false);
  const [isTeamDone, setTeamDone] = useState(false);
  if (!isSiteDone) {
    return (
      <AuthLayout title={t('setup.siteTitle')} text={t('setup.siteText')} progress={{ step: 2, total: STEPS }}>
        <SiteForm onDone={() => setSiteDone(true)} />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t('setup.teamTitle')} text={t('setup.teamText')} progress={{ step: STEPS, total: STEPS }}>
      <TeamForm
        submit={t('setup.teamSubmit')} disabled={isTeamDone}
        onDone={(team) => {
          setTeamDone(true);
          onDone();
          navigateTo(`/${team.name}/channels/town-square`, { replace: true });
        }}
      />
    </AuthLayout>
  );
}
