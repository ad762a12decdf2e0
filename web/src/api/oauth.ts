// Apps that act for people, by OAuth 2.0.
import type { OAuthApp } from '@mattermost/types/integrations';
import { get, post } from './core';

export type { OAuthApp };

// What an app asks for, as it stands in the address of the page.
export interface AuthorizationRequest {
  response_type: string;
  client_id: string;
  redirect_uri: string;
  state: string;
  scope: string;
  code_challenge: string;
  code_challenge_method: string;
  resource: string;
}

export const getAppInfo = (id: string) => get<OAuthApp>(`/oauth/apps/${encodeURIComponent(id)}/info`);
// Answers where the browser goes on.
export const authorizeApp = (request: AuthorizationRequest) => post<{ redirect: string }>('//oauth/authorize', request);
export const denyApp = (request: AuthorizationRequest) => post<{ redirect: string }>('//oauth/authorize', { ...request, deny: true });
export const getAuthorizedApps = () => get<OAuthApp[]>('/users/me/oauth/apps/authorized', { per_page: 200 });
export const deauthorizeApp = (id: string) => post<unknown>('//oauth/deauthorize', { client_id: id });
