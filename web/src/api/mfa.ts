// Second factors, which Mattermost's API calls MFA.
import { get, post, put } from './core';

export interface AuthenticatorKey {
  // In base32, for who types it.
  secret: string;
  // A PNG in base64.
  qr_code: string;
}

export const generateKey = () => post<AuthenticatorKey>('/users/me/mfa/generate');
export const activate = (code: string) => put<{ status: string; recovery_codes: string[] }>('/users/me/mfa', { activate: true, code });
export const remove = () => put<unknown>('/users/me/mfa', { activate: false });
export const countRecoveryCodes = () => get<{ left: number }>('/users/me/mfa/recovery_codes');
export const replaceRecoveryCodes = (password: string) => post<{ recovery_codes: string[] }>('/users/me/mfa/recovery_codes', { password });
