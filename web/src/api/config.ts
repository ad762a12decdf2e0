// The server's configuration, for administrators.
import { get, post, put } from './core';

// Mattermost's configuration, or what of it changes: sections, and in them settings.
export type Config = Record<string, Record<string, unknown>>;

export const getConfig = () => get<Config>('/config');

export const patchConfig = (patch: Config) => put<Config>('/config/patch', patch);

// The name for which the server could get a certificate by itself, if its site had this address; empty for none.
export const getCertificateName = (url: string) => get<{ name: string }>('/system/tls/certificate_name', { url }).then(({ name }) => name);

// Sends a mail to the administrator by this configuration, which is not stored.
export const testMail = (patch: Config) => post<unknown>('/email/test', patch);
