// Providers and the top-level routes, by the state of the session.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { ApiError } from '@/api/core';
import { setNotificationOpener } from '@/data/notifications';
import { startSession } from '@/data/session';
import { Toasts, TooltipProvider } from '@/design/overlay';
import { firstTeamPath } from '@/features/auth/actions';
import { AuthorizeAppView } from '@/features/auth/AuthorizeAppView';
import { ForgotPasswordView } from '@/features/auth/ForgotPasswordView';
import { GuestLinkView } from '@/features/auth/GuestLinkView';
import { LoginView } from '@/features/auth/LoginView';
import { AskForMagicLinkView, MagicLinkView } from '@/features/auth/MagicLinkViews';
import { NewPasswordView } from '@/features/auth/NewPasswordView';
import { SecondFactorView } from '@/features/auth/SecondFactorView';
import { SetupAccountView, SetupSiteView } from '@/features/auth/SetupView';
import { SignupView } from '@/features/auth/SignupView';
import { CreateTeamView, SelectTeamView } from '@/features/auth/TeamViews';
import { UnverifiedView, VerifyEmailView } from '@/features/auth/VerifyEmailView';
import { t } from '@/i18n';
import { basePath, browserPath } from '@/lib/base';
import { navigateTo } from '@/lib/navigate';
import { readLocal } from '@/lib/storage';
import { decodeSegment } from '@/lib/text';
import { useEntities } from '@/state/store';
import { dismissToast, openDialog, useUi } from '@/state/ui';
import { AnnouncementBanner } from './AnnouncementBanner';
import css from './app.module.css';
import { ClassificationBanner } from './ClassificationBanner';
import { DialogHost } from './DialogHost';
import { ErrorBoundary } from './ErrorBoundary';
import { JoinByGuestLink } from './JoinByGuestLink';
import { JoinByInvite } from './JoinByInvite';
import { LoadingScreen } from './LoadingScreen';
import { TeamShell } from './TeamShell';
import { TermsGate } from './TermsGate';

// Only administrators load it.
const AdminConsole = lazy(() => import('@/features/admin/AdminConsole'));

const queries = new QueryClient({
  // `api/core.ts` retries requests already.
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
});

export function App() {
  const toasts = useUi((s) => s.toasts);
  useEffect(() => setNotificationOpener(navigateTo), []);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <div className={css.page}>
            <ClassificationBanner position="top" />
            <div className={css.belowBanner}><ErrorBoundary><Router base={basePath}><SessionRoutes /></Router></ErrorBoundary></div>
            <ClassificationBanner position="bottom" />
          </div>
          <Toasts items={toasts} closeLabel={t('action.close')} onDismiss={dismissToast} />
        </TooltipProvider>
      </QueryClientProvider>
    </CSPProvider>
  );
}

function SessionRoutes() {
  const session = useUi((s) => s.session);
  const [error, setError] = useState<string | null>(null);
  const [settingUp, setSettingUp] = useState(false);
  const noAccounts = useEntities((s) => s.config.NoAccounts === 'true');
  const start = useCallback(() => {
    setError(null);
    startSession().catch((cause: unknown) => setError(cause instanceof ApiError && !cause.isNetwork ? cause.message : t('app.unreachable')));
  }, []);
  useEffect(start, [start]);
  // The next user must not get this user's answers; the cleanup runs when the session ends.
  useEffect(() => (session === 'ready' ? () => queries.clear() : undefined), [session]);

  if (session === 'unknown') return <LoadingScreen error={error} onRetry={start} />;
  if (session === 'anonymous') {
    if (noAccounts) return <SetupAccountView onDone={() => setSettingUp(true)} />;
    return <AnonymousRoutes />;
  }
  if (session === 'secondFactor') return <SecondFactorView />;
  if (settingUp || noAccounts) return <SetupSiteView onDone={() => setSettingUp(false)} />;
  return <LoggedInRoutes />;
}

function AnonymousRoutes() {
  const [path] = useLocation();
  // What an app asks for is in the query.
  const query = path === AUTHORIZE_PATH ? location.search : '';
  const after = path.startsWith('/login') || path === '/' ? '' : `?redirect_to=${encodeURIComponent(path + query)}`;
  return (
    <Switch>
      <Route path="/login"><LoginView /></Route>
      <Route path="/guest_link"><GuestLinkView /></Route>
      <Route path="/login/magic_link"><AskForMagicLinkView /></Route>
      <Route path="/login/one_time_link"><MagicLinkView /></Route>
      <Route path="/signup_user_complete"><SignupView /></Route>
      <Route path="/reset_password"><ForgotPasswordView /></Route>
      <Route path="/reset_password_complete"><NewPasswordView /></Route>
      <Route path="/do_verify_email"><VerifyEmailView /></Route>
      <Route path="/should_verify_email"><UnverifiedView /></Route>
      <Route><Redirect to={`/login${after}`} replace /></Route>
    </Switch>
  );
}

const AUTHORIZE_PATH = '/oauth/authorize';

function homePath(): string {
  const redirectTo = new URLSearchParams(location.search).get('redirect_to');
  if (redirectTo && /^\/(?![/\\])/.test(redirectTo)) return redirectTo;
  return readLocal('last') ?? firstTeamPath();
}

// The server looks at the request of an app before its page is shown.
function AfterLogin() {
  const path = homePath();
  const isOfApp = path.startsWith(`${AUTHORIZE_PATH}?`);
  useEffect(() => {
    if (isOfApp) location.replace(browserPath(path));
  }, [isOfApp, path]);
  return isOfApp ? <LoadingScreen error={null} onRetry={() => undefined} /> : <Redirect to={path} replace />;
}

// Mails link to it.
function NotificationSettingsLink() {
  useEffect(() => openDialog({ kind: 'settings', tab: 'notifications' }), []);
  return <Redirect to={homePath()} replace />;
}

function LoggedInRoutes() {
  return (
    <div className={css.page}>
      <AnnouncementBanner />
      <div className={css.belowBanner}>
        <TermsGate>
          <Switch>
            <Route path="/login/*?"><AfterLogin /></Route>
            <Route path={AUTHORIZE_PATH}><AuthorizeAppView /></Route>
            <Route path="/guest_link"><JoinByGuestLink /></Route>
            <Route path="/signup_user_complete"><JoinByInvite /></Route>
            <Route path="/reset_password_complete"><NewPasswordView /></Route>
            <Route path="/do_verify_email"><VerifyEmailView /></Route>
            <Route path="/select_team"><SelectTeamView /></Route>
            <Route path="/notification_settings"><NotificationSettingsLink /></Route>
            <Route path="/create_team"><CreateTeamView /></Route>
            <Route path="/"><Redirect to={homePath()} replace /></Route>
            <Route path="/admin_console/*?"><Suspense fallback={<LoadingScreen error={null} onRetry={() => undefined} />}><AdminConsole /></Suspense></Route>
            <Route path="/:team/*?">{({ team }) => <TeamShell key={team} name={decodeSegment(team)} />}</Route>
          </Switch>
        </TermsGate>
      </div>
      <DialogHost />
    </div>
  );
}
