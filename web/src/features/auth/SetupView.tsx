// Setting up a new server: the administrator's account, the site's name and address, the first team, then mail and backups.
import type { Team } from '@mattermost/types/teams';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'wouter';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { useEntities } from '@/state/store';
import { AccountForm } from './AccountForm';
import { AuthLayout } from './AuthLayout';
import { MailForm } from './MailForm';
import { SiteForm } from './SiteForm';
import { TeamForm } from './TeamForm';

// Shared with the system console, and loaded with its strings.
const BackupForm = lazy(() => import('./BackupForm'));

const STEPS = 5;

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

// After the account: the site, the team, then mail and backups.
export function SetupSiteView({ onDone }: { onDone: () => void }) {
  const [isSiteDone, setSiteDone] = useState(false);
  const [team, setTeam] = useState<Team | null>(null);
  const [isMailDone, setMailDone] = useState(false);
  if (!isSiteDone) {
    return (
      <AuthLayout title={t('setup.siteTitle')} text={t('setup.siteText')} progress={{ step: 2, total: STEPS }}>
        <SiteForm onDone={() => setSiteDone(true)} />
      </AuthLayout>
    );
  }
  if (!team) {
    return (
      <AuthLayout title={t('setup.teamTitle')} text={t('setup.teamText')} progress={{ step: 3, total: STEPS }}>
        <TeamForm submit={t('setup.teamSubmit')} onDone={setTeam} />
      </AuthLayout>
    );
  }
  if (!isMailDone) {
    return (
      <AuthLayout title={t('setup.mailTitle')} text={t('setup.mailText')} progress={{ step: 4, total: STEPS }}>
        <MailForm onDone={() => setMailDone(true)} />
      </AuthLayout>
    );
  }
  const openTeam = () => {
    onDone();
    navigateTo(`/${team.name}`, { replace: true });
  };
  return (
    <AuthLayout wide title={t('setup.backupTitle')} text={t('setup.backupText')} progress={{ step: STEPS, total: STEPS }}>
      <Suspense fallback={<Skeleton width="100%" height={320} />}><BackupForm onDone={openTeam} /></Suspense>
    </AuthLayout>
  );
}
