// What the checks of the machine found, for administrators.
import { del, get, post, put } from './core';

export type Severity = 'critical' | 'warning' | 'info' | 'ok';

export interface Finding {
  id: string;
  subject: string;
  severity: Severity;
  summary: string;
  remedy: string;
  details: string[];
  muted: boolean;
  // Empty where a check has passed.
  title: string;
  meaning: string;
  // Empty for what all nodes share.
  node_id: string;
  since: number;
}

export interface FindingNode {
  id: string;
  name: string;
  version: string;
  examined_at: number;
  thorough_at: number;
}

export interface FindingList {
  examination: { is_running: boolean; done: number; total: number };
  nodes: FindingNode[];
  findings: Finding[];
}

export const getFindings = () => get<FindingList>('/findings');
export const startExamination = () => post('/findings/examine', {});
export const muteFinding = (id: string) => put(`/findings/${encodeURIComponent(id)}/mute`, {});
export const unmuteFinding = (id: string) => del(`/findings/${encodeURIComponent(id)}/mute`);
