// Navigation: paths within the client, and the side panel, which is part of the URL so that Back closes it.
import { navigate } from 'wouter/use-browser-location';
import { useSearchParams } from 'wouter';
import { browserPath } from './base';

export function navigateTo(path: string, options?: { replace?: boolean }): void {
  navigate(browserPath(path), options);
}

function withQuery(change: (params: URLSearchParams) => void, replace = false): void {
  const params = new URLSearchParams(location.search);
  change(params);
  const text = params.toString().replaceAll('%3A', ':');
  navigate(`${location.pathname}${text ? `?${text}` : ''}`, { replace });
}

export type Panel =
  | { kind: 'thread'; id: string }
  | { kind: 'search'; terms: string }
  | { kind: 'pinned' }
  | { kind: 'members' };

export function readPanel(params: URLSearchParams): Panel | null {
  const thread = params.get('thread');
  if (thread) return { kind: 'thread', id: thread };
  const terms = params.get('search');
  if (terms !== null) return { kind: 'search', terms };
  const panel = params.get('panel');
  return panel === 'pinned' || panel === 'members' ? { kind: panel } : null;
}

export function usePanel(): Panel | null {
  const [params] = useSearchParams();
  return readPanel(params);
}

export function openPanel(panel: Panel): void {
  withQuery((params) => {
    for (const key of ['thread', 'search', 'panel']) params.delete(key);
    if (panel.kind === 'thread') params.set('thread', panel.id);
    else if (panel.kind === 'search') params.set('search', panel.terms);
    else params.set('panel', panel.kind);
  }, new URLSearchParams(location.search).size > 0);
}

export function closePanel(): void {
  withQuery((params) => {
    for (const key of ['thread', 'search', 'panel']) params.delete(key);
  });
}
