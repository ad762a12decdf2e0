// The system console: a menu of pages, and the page of the path. The whole console is a chunk of its own.
import { ArrowLeft, MenuIcon, ShieldAlert } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { getRolesByNames } from '@/api/roles';
import { Button, IconButton } from '@/design/controls';
import { EmptyState, Logo, Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { navigateTo } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { useEscape } from '@/lib/useEscape';
import { amAdministrating } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { setNavOpen, useUi } from '@/state/ui';
import css from './admin.module.css';
import { adminPath, visibleSections, type AdminSection } from './pages';
import { OwnPermissions } from './permissions';

const closeNav = () => setNavOpen(false);
// The start page redirects to the channel that was read last.
const backToChat = () => navigateTo('/');

export default function AdminConsole() {
  const roles = useEntities((s) => (amAdministrating(s) ? s.users[s.meId]?.roles ?? '' : ''));
  const query = useQuery({
    queryKey: ['admin', 'own-permissions', roles], queryFn: () => getRolesByNames(roles.split(' ')), enabled: roles !== '', staleTime: 0,
  });
  const permissions = new Set(query.data?.flatMap((role) => role.permissions));
  const sections = visibleSections(permissions);
  if (roles !== '' && !query.data && !query.error) return <PageSkeleton />;
  if (sections.length === 0) {
    return (
      <div className={css.denied}>
        <EmptyState icon={<ShieldAlert size={28} />} title={t('console.forAdmins')} text={t('console.forAdminsText')} action={<Button variant="primary" onClick={backToChat}>{t('console.back')}</Button>} />
      </div>
    );
  }
  return <OwnPermissions value={permissions}><Console sections={sections} /></OwnPermissions>;
}

function Console({ sections }: { sections: AdminSection[] }) {
  const navOpen = useUi((s) => s.navOpen);
  useEscape(navOpen, closeNav);
  useEffect(() => {
    closeNav();
    return closeNav;
  }, []);
  const [first] = sections.flatMap(({ section, pages }) => pages.map(({ page }) => adminPath(section, page)));
  return (
    <div className={css.console} data-testid="admin-console">
      <div className={cx(css.nav, navOpen && css.navOpen)}><PageMenu sections={sections} /></div>
      {navOpen && <button type="button" className={css.scrim} aria-label={t('console.menu')} onClick={closeNav} />}
      <main className={css.main}>
        <div className={css.bar}>
          <IconButton label={t('console.openMenu')} data-testid="admin-open-menu" onClick={() => setNavOpen(true)}><MenuIcon size={19} /></IconButton>
          <span>{t('console.title')}</span>
        </div>
        <div className={css.scroll}>
          <Suspense fallback={<PageSkeleton />}>
            <Switch>
              {sections.flatMap(({ section, pages }) => pages.map(({ page, title, view: View }) => (
                <Route key={`${section}/${page}`} path={adminPath(section, page)}><PageTitle title={t(title)} /><View /></Route>
              )))}
              {first && <Route><Redirect to={first} replace /></Route>}
            </Switch>
          </Suspense>
        </div>
      </main>
    </div>
  );
}

function PageMenu({ sections }: { sections: AdminSection[] }) {
  const [location] = useLocation();
  return (
    <nav className={css.menu} aria-label={t('console.menu')}>
      <div className={css.brand}><Logo size={28} /><b>{t('console.title')}</b></div>
      <div className={css.sections}>
        {sections.map(({ section, title, pages }) => (
          <section key={section} className={css.section}>
            <h2>{t(title)}</h2>
            <ul>
              {pages.map(({ page, title: pageTitle, icon: Icon }) => {
                const path = adminPath(section, page);
                return (
                  <li key={page}>
                    <Link href={path} className={cx(css.item, location === path && css.current)} aria-current={location === path ? 'page' : undefined} data-testid="admin-page-link" onClick={closeNav}>
                      <Icon size={17} /><span>{t(pageTitle)}</span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </div>
      <div className={css.foot}>
        <button type="button" className={css.item} data-testid="admin-back" onClick={backToChat}><ArrowLeft size={17} /><span>{t('console.back')}</span></button>
      </div>
    </nav>
  );
}

function PageTitle({ title }: { title: string }) {
  useEffect(() => { document.title = `${title} – Guildhall`; }, [title]);
  return null;
}

function PageSkeleton() {
  return <div className={css.page}><Skeleton width={220} height={26} /><Skeleton width="100%" height={120} /><Skeleton width="100%" height={220} /></div>;
}
