// Shows the terms of service instead of the client while the user has to agree to them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '@/api/core';
import { getAcceptedTerms, getTermsOfService, type AcceptedTerms } from '@/api/terms';
import { isDue, requiredTerms } from '@/features/auth/terms';
import { TermsView } from '@/features/auth/TermsView';
import { useEntitiesShallow } from '@/state/store';
import { LoadingScreen } from './LoadingScreen';

const ACCEPTED = ['acceptedTerms'];

async function loadAccepted(): Promise<AcceptedTerms | null> {
  try {
    return await getAcceptedTerms();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export function TermsGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const required = useEntitiesShallow((s) => requiredTerms(s.config));
  const accepted = useQuery({ queryKey: ACCEPTED, queryFn: loadAccepted, enabled: required !== null, staleTime: Infinity });
  const due = required && accepted.data !== undefined && isDue(required, accepted.data, Date.now()) ? required.id : null;
  const terms = useQuery({ queryKey: ['terms', due], queryFn: getTermsOfService, enabled: due !== null, staleTime: Infinity });
  if (required === null) return children;
  const needed = due === null ? accepted : terms;
  if (needed.data === undefined) return <LoadingScreen error={needed.error?.message ?? null} onRetry={() => void needed.refetch()} />;
  if (due === null || !terms.data) return children;
  return <TermsView key={due} terms={terms.data} onAccepted={() => client.invalidateQueries({ queryKey: ACCEPTED })} />;
}
