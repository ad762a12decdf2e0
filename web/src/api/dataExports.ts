// Exports of what the server stores about oneself, which Mattermost does not have.
import { apiUrl, get, post } from './core';

export interface DataExport {
  id: string;
  requested_by: string;
  status: 'pending' | 'in_progress' | 'ready' | 'failed';
  progress: number;
  create_at: number;
  expires_at: number;
  size_bytes: number;
}

export const getDataExports = () => get<DataExport[]>('/users/me/data_exports');
export const requestDataExport = () => post<DataExport>('/users/me/data_exports');
export const dataExportUrl = (id: string) => apiUrl(`/users/me/data_exports/${id}`);
