// All pages of the system console, in the order of the menu. A page is one entry here, a component, and a file of strings in
// i18n/admin/.
import { Activity, BarChart3, ContactRound, DatabaseBackup, HardDrive, Image, Layers, LockKeyhole, Megaphone, ScrollText, ShieldAlert, ShieldCheck, Stethoscope, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { AdminMessageKey } from '@/i18n/admin';

interface AdminPage {
  // The last part of the path: /admin_console/<section>/<page>.
  page: string;
  title: AdminMessageKey;
  // What it takes to see the page.
  permission: string;
  icon: LucideIcon;
  view: LazyExoticComponent<ComponentType>;
}

export interface AdminSection {
  section: string;
  title: AdminMessageKey;
  pages: AdminPage[];
}

const adminSections: AdminSection[] = [
  {
    section: 'reporting',
    title: 'section.reporting',
    pages: [
      { page: 'monitoring', title: 'monitoring.title', permission: 'get_analytics', icon: Activity, view: lazy(() => import('./monitoring/MonitoringPage')) },
      { page: 'statistics', title: 'statistics.title', permission: 'get_analytics', icon: BarChart3, view: lazy(() => import('./statistics/StatisticsPage')) },
      { page: 'limits', title: 'limits.title', permission: 'sysconsole_read_environment_rate_limiting', icon: HardDrive, view: lazy(() => import('./limits/LimitsPage')) },
      { page: 'findings', title: 'findings.title', permission: 'sysconsole_read_environment_performance_monitoring', icon: Stethoscope, view: lazy(() => import('./findings/FindingsPage')) },
      { page: 'security-alerts', title: 'alerts.title', permission: 'read_audits', icon: ShieldAlert, view: lazy(() => import('./alerts/AlertsPage')) },
    ],
  },
  {
    section: 'people',
    title: 'section.people',
    pages: [
      { page: 'roles', title: 'roles.title', permission: 'sysconsole_read_user_management_permissions', icon: ShieldCheck, view: lazy(() => import('./roles/RolesPage')) },
      { page: 'schemes', title: 'schemes.title', permission: 'sysconsole_read_user_management_permissions', icon: Layers, view: lazy(() => import('./schemes/SchemesPage')) },
      { page: 'attributes', title: 'attributes.title', permission: 'manage_system', icon: ContactRound, view: lazy(() => import('./attributes/AttributesPage')) },
    ],
  },
  {
    section: 'site',
    title: 'section.site',
    pages: [
      { page: 'brand', title: 'brand.title', permission: 'sysconsole_read_site_customization', icon: Image, view: lazy(() => import('./brand/BrandPage')) },
      { page: 'announcement', title: 'announcement.title', permission: 'sysconsole_read_site_announcement_banner', icon: Megaphone, view: lazy(() => import('./announcement/AnnouncementPage')) },
      { page: 'classification', title: 'classification.title', permission: 'sysconsole_read_site_announcement_banner', icon: LockKeyhole, view: lazy(() => import('./classification/ClassificationPage')) },
      { page: 'terms-of-service', title: 'terms.title', permission: 'sysconsole_read_compliance_custom_terms_of_service', icon: ScrollText, view: lazy(() => import('./terms/TermsPage')) },
    ],
  },
  {
    section: 'environment',
    title: 'section.environment',
    pages: [
      // It also shows jobs, which take more than the page of the database.
      { page: 'backups', title: 'backups.title', permission: 'manage_system', icon: DatabaseBackup, view: lazy(() => import('./backups/BackupsPage')) },
    ],
  },
];

export const visibleSections = (permissions: ReadonlySet<string>): AdminSection[] =>
  adminSections.map((section) => ({ ...section, pages: section.pages.filter(({ permission }) => permissions.has(permission)) })).filter(({ pages }) => pages.length > 0);

export const ADMIN_BASE = '/admin_console';

export const adminPath = (section: string, page: string) => `${ADMIN_BASE}/${section}/${page}`;
