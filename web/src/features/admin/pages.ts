// All pages of the system console, in the order of the menu. A page is one entry here, a component, and a file of strings in
// i18n/admin/.
import { Activity, BarChart3, DatabaseBackup, HardDrive, Megaphone, ScrollText, ShieldAlert, Stethoscope, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { AdminMessageKey } from '@/i18n/admin';

interface AdminPage {
  // The last part of the path: /admin_console/<section>/<page>.
  page: string;
  title: AdminMessageKey;
  icon: LucideIcon;
  view: LazyExoticComponent<ComponentType>;
}

interface AdminSection {
  section: string;
  title: AdminMessageKey;
  pages: AdminPage[];
}

export const adminSections: AdminSection[] = [
  {
    section: 'reporting',
    title: 'section.reporting',
    pages: [
      { page: 'monitoring', title: 'monitoring.title', icon: Activity, view: lazy(() => import('./monitoring/MonitoringPage')) },
      { page: 'statistics', title: 'statistics.title', icon: BarChart3, view: lazy(() => import('./statistics/StatisticsPage')) },
      { page: 'limits', title: 'limits.title', icon: HardDrive, view: lazy(() => import('./limits/LimitsPage')) },
      { page: 'findings', title: 'findings.title', icon: Stethoscope, view: lazy(() => import('./findings/FindingsPage')) },
      { page: 'security-alerts', title: 'alerts.title', icon: ShieldAlert, view: lazy(() => import('./alerts/AlertsPage')) },
    ],
  },
  {
    section: 'site',
    title: 'section.site',
    pages: [
      { page: 'announcement', title: 'announcement.title', icon: Megaphone, view: lazy(() => import('./announcement/AnnouncementPage')) },
      { page: 'terms-of-service', title: 'terms.title', icon: ScrollText, view: lazy(() => import('./terms/TermsPage')) },
    ],
  },
  {
    section: 'environment',
    title: 'section.environment',
    pages: [
      { page: 'backups', title: 'backups.title', icon: DatabaseBackup, view: lazy(() => import('./backups/BackupsPage')) },
    ],
  },
];

export const ADMIN_BASE = '/admin_console';

export const adminPath = (section: string, page: string) => `${ADMIN_BASE}/${section}/${page}`;
