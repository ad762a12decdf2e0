// The server's configuration, for administrators.
import { get, post, put } from './core';

// A part of Mattermost's configuration: sections, and in them the settings that change.
export type ConfigPatch = Record<string, Record<string, unknown>>;

// The name for which the server could get a certificate by itself, if its site had this address; empty for none.
export const getCertificateName = (url: string) => get<{ name: string }>('/system/tls/certificate_name', { url }).then(({ name }) => name);

// Sends a mail to the administrator by this configuration, which is not stored.
export const testMail = (patch: ConfigPatch) => post<unknown>('/email/test', patch);

export const patchConfig = (patch: ConfigPatch) => put<unknown>('/config/patch', patch);
