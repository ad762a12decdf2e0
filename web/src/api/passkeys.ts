// Passkeys, which Mattermost does not have.
import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/browser';
import type { UserProfile } from '@mattermost/types/users';
import { del, get, post, put } from './core';

export interface Passkey {
  id: string;
  name: string;
  domain: string;
  create_at: number;
  last_used_at: number;
}

export interface Ceremony<Options> {
  ceremony_id: string;
  options: { publicKey: Options };
}

export const getPasskeys = () => get<Passkey[]>('/users/me/passkeys');
export const beginPasskey = (password: string) => post<Ceremony<PublicKeyCredentialCreationOptionsJSON>>('/users/me/passkeys/options', { password });
export const addPasskey = (ceremony_id: string, name: string, credential: RegistrationResponseJSON) =>
  post<Passkey>('/users/me/passkeys', { ceremony_id, name, credential });
export const renamePasskey = (id: string, name: string) => put<unknown>(`/users/me/passkeys/${id}`, { name });
export const removePasskey = (id: string) => del<unknown>(`/users/me/passkeys/${id}`);
export const activatePasskeys = () => put<{ status: string; recovery_codes: string[] }>('/users/me/mfa', { activate: true, kind: 'passkeys' });
export const beginLogin = () => post<Ceremony<PublicKeyCredentialRequestOptionsJSON>>('/users/login/passkey/options');
export const login = (ceremony_id: string, credential: AuthenticationResponseJSON) =>
  post<UserProfile>('/users/login/passkey', { ceremony_id, credential });
