// Whether the user has to agree to the terms of service.
import type { AcceptedTerms } from '@/api/terms';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The terms to which people have to agree on this server; null where they have not. */
export function requiredTerms(config: Record<string, string>): { id: string; days: number } | null {
  const id = config.CustomTermsOfServiceId ?? '';
  if (config.EnableCustomTermsOfService !== 'true' || id === '') return null;
  return { id, days: Number(config.CustomTermsOfServiceReAcceptancePeriod) || Infinity };
}

export function isDue({ id, days }: { id: string; days: number }, accepted: AcceptedTerms | null, now: number): boolean {
  return accepted?.terms_of_service_id !== id || now >= accepted.create_at + days * DAY_MS;
}
