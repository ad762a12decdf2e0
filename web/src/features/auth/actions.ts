// Signing up, and creating teams.
import { ApiError } from '@/api/core';
import { createUser, type ClientConfig, type NewAccount, type SignUpPermission } from '@/api/users';
import { createTeam } from '@/api/teams';
import { loadTeam } from '@/data/channels';
import { patchConfig, testMail, type Config } from '@/api/config';
import { loadConfig, logIn } from '@/data/session';
import { getState } from '@/state/store';
import type { Team } from '@mattermost/types/teams';

// From the code itself, or from the address that has it.
export function setupCodeFrom(text: string): string {
  const code = /[?&]setup_code=([^&#\s]*)/.exec(text)?.[1];
  return code ?? text.trim();
}

// Where people go who may not log in before they have verified their address; null for another error.
export function verificationPath(error: unknown, email: string): string | null {
  const isUnverified = error instanceof ApiError && error.id === 'api.user.login.not_verified.app_error';
  return isUnverified ? `/should_verify_email?email=${encodeURIComponent(email)}` : null;
}

// Who may log in by a link that comes by mail; nobody where the server sends no mail.
export function whoMayUseMagicLinks(config: ClientConfig): 'none' | 'guests' | 'everybody' {
  if (config.SendEmailNotifications !== 'true') return 'none';
  return config.LogInByLink === 'guests' || config.LogInByLink === 'everybody' ? config.LogInByLink : 'none';
}

// The page that asks for the link, with the address that was entered, and where to go after the log-in.
export function magicLinkPath(login: string, search: string): string {
  const params = new URLSearchParams(search);
  if (login.includes('@')) params.set('email', login);
  const query = params.toString();
  return query ? `/login/magic_link?${query}` : '/login/magic_link';
}

export async function signUp(account: NewAccount, permission: SignUpPermission): Promise<void> {
  await createUser(account, permission);
  await logIn(account.email, account.password);
}

// What the link of a mail says about its invitation (`d`, JSON): for display only, as anybody can write such a link.
export function invitationFrom(data: string | null): { email: string; teamName: string } {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  try {
    const parsed: unknown = JSON.parse(data ?? '');
    if (typeof parsed !== 'object' || parsed === null) return { email: '', teamName: '' };
    const { email, display_name: teamName } = parsed as Record<string, unknown>;
    return { email: text(email), teamName: text(teamName) };
  } catch {
    return { email: '', teamName: '' };
  }
}

export async function createAndLoadTeam(displayName: string, name: string, open: boolean): Promise<Team> {
  const team = await createTeam({ display_name: displayName.trim(), name, type: 'O', allow_open_invite: open });
  await loadTeam(team.id);
  return team;
}

export interface SiteSettings {
  name: string;
  url: string;
  // For which the server gets its certificate by itself; empty for none.
  certificateName: string;
}

export async function saveSite(site: SiteSettings): Promise<void> {
  const tls: Config = site.certificateName ? { TLSSettings: { Mode: 'acme', Domains: site.certificateName } } : {};
  await patchConfig({ TeamSettings: { SiteName: site.name }, ServiceSettings: { SiteURL: site.url }, ...tls });
  await loadConfig();
}

// As Mattermost's configuration names them.
export type MailSecurity = 'STARTTLS' | 'TLS' | '';

export interface MailSettings {
  server: string;
  port: string;
  security: MailSecurity;
  user: string;
  password: string;
  from: string;
}

function mailConfig(mail: MailSettings): Config {
  return {
    EmailSettings: {
      SendEmailNotifications: true,
      SMTPServer: mail.server.trim(),
      SMTPPort: mail.port,
      ConnectionSecurity: mail.security,
      EnableSMTPAuth: mail.user.trim() !== '',
      SMTPUsername: mail.user.trim(),
      SMTPPassword: mail.password,
      FeedbackEmail: mail.from.trim(),
    },
  };
}

export async function sendTestMail(mail: MailSettings): Promise<void> {
  await testMail(mailConfig(mail));
}

export async function saveMail(mail: MailSettings): Promise<void> {
  await patchConfig(mailConfig(mail));
  await loadConfig();
}

// `chat.example.com` is short for `https://chat.example.com`.
export function completeUrl(address: string): string {
  const text = address.trim().replace(/\/+$/, '');
  return text === '' || text.includes('://') ? text : `https://${text}`;
}

// The address in the browser's bar, where it has a name: an address of the local network changes.
export function suggestUrl({ hostname, origin }: Location): string {
  const isNumber = /^[\d.]+$|^\[/.test(hostname);
  return isNumber || hostname === 'localhost' || hostname.endsWith('.local') ? '' : origin;
}

export function firstTeamPath(): string {
  const s = getState();
  const teams = Object.values(s.teams).filter((team) => s.teamMembers[team.id]);
  const [first] = teams.sort((a, b) => a.display_name.localeCompare(b.display_name));
  return first ? `/${first.name}` : '/select_team';
}

// Usernames are part of URLs and mentions, so the suggestion follows the server's rules.
export function suggestUsername(email: string): string {
  const name = (email.split('@')[0] ?? '').toLowerCase().replace(/[^a-z0-9._-]/g, '.').replace(/^[^a-z]+/, '').slice(0, 22);
  return name.length >= 3 ? name : '';
}
