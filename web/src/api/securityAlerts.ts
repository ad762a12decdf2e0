// What rules over the audit trail have found, for administrators.
import { get, post } from './core';

export type AlertRule = 'credential_stuffing' | 'log_in_networks' | 'token_networks' | 'mass_download' | 'mass_reading' | 'new_administrator' | 'denied_requests';

export interface SecurityAlert {
  id: string;
  rule: AlertRule;
  // A network, or the id of an account or an access token.
  subject: string;
  // Empty where it is about no single account.
  user_id: string;
  summary: string;
  first_at: number;
  last_at: number;
  count: number;
  // Ids of audit records.
  evidence: string[];
  // Zero where nobody's access was ended.
  revoked_at: number;
  // Zero while it is open.
  acknowledged_at: number;
  acknowledged_by: string;
}

export const ALERTS_PER_PAGE = 200;

export const getSecurityAlerts = () => get<SecurityAlert[]>(`/security_alerts?per_page=${ALERTS_PER_PAGE}`);
export const acknowledgeSecurityAlert = (id: string) => post(`/security_alerts/${encodeURIComponent(id)}/acknowledge`, {});
