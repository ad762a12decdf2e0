// The server's configuration, for administrators.
import { get, put } from './core';

// A part of Mattermost's configuration: sections, and in them the settings that change.
export type ConfigPatch = Record<string, Record<string, unknown>>;

// The name for which the server could get a certificate by itself, if its site had this address; empty for none.
export const getCertificateName = (url: string) => get<{ name: string }>('/system/tls/certificate_name', { url }).then(({ name }) => name);

export const patchConfig = (patch: ConfigPatch) => put<unknown>('/config/patch', patch);
