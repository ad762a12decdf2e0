// The server's configuration, for administrators.
import { put } from './core';

// A part of Mattermost's configuration: sections, and in them the settings that change.
export type ConfigPatch = Record<string, Record<string, unknown>>;

export const patchConfig = (patch: ConfigPatch) => put<unknown>('/config/patch', patch);
