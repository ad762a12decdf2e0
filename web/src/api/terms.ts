// Terms of service.
import { get, post } from './core';

export interface TermsOfService {
  id: string;
  create_at: number;
  user_id: string;
  text: string;
}

export interface AcceptedTerms {
  terms_of_service_id: string;
  create_at: number;
}

export const getTermsOfService = () => get<TermsOfService>('/terms_of_service');
export const createTermsOfService = (text: string) => post<TermsOfService>('/terms_of_service', { text });
export const getAcceptedTerms = () => get<AcceptedTerms>('/users/me/terms_of_service');
export const answerTerms = (id: string, accepted: boolean) => post<unknown>('/users/me/terms_of_service', { serviceTermsId: id, accepted });
