// Signing up: with an invitation (a link, or a mail), or without one where the server is open.
import { useQuery } from '@tanstack/react-query';
import { MailQuestion } from 'lucide-react';
import { Link, useSearchParams } from 'wouter';
import { getInviteInfo } from '@/api/teams';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { useEntities } from '@/state/store';
import { AccountForm } from './AccountForm';
import { firstTeamPath, invitationFrom } from './actions';
import { AuthLayout } from './AuthLayout';

export function SignupView() {
  const [params] = useSearchParams();
  const inviteId = params.get('id') ?? '';
  const invitationToken = params.get('t') ?? '';
  const invitation = invitationFrom(params.get('d'));
  const open = useEntities((s) => s.config.EnableOpenServer === 'true');
  const invite = useQuery({ queryKey: ['invite', inviteId], queryFn: () => getInviteInfo(inviteId), enabled: inviteId !== '', retry: false });
  // Whoever has an account joins by the invitation after logging in.
  const login = inviteId || invitationToken ? `/login?redirect_to=${encodeURIComponent(location.pathname + location.search)}` : '/login';
  const foot = <>{t('signup.have')} <Link href={login}>{t('login.submit')}</Link></>;

  if (inviteId && invite.isPending) return <AuthLayout title={t('signup.loading')}><Skeleton width="60%" height={16} /></AuthLayout>;
  if ((inviteId && invite.isError) || (!inviteId && !invitationToken && !open)) {
    return (
      <AuthLayout title={t('signup.closedTitle')} foot={foot}>
        <EmptyState icon={<MailQuestion size={26} />} title={inviteId ? t('signup.badInvite') : t('signup.needInvite')} text={t('signup.askAdmin')} />
      </AuthLayout>
    );
  }
  const teamName = invite.data?.display_name ?? invitation.teamName;
  return (
    <AuthLayout title={teamName ? t('signup.join', { team: teamName }) : t('signup.title')} text={teamName && t('signup.joinText')} foot={foot}>
      <AccountForm
        inviteId={inviteId || undefined} invitationToken={invitationToken || undefined} invitedEmail={invitation.email}
        submit={t('signup.submit')} testId="signup-form" onDone={() => navigateTo(firstTeamPath(), { replace: true })}
      />
    </AuthLayout>
  );
}
