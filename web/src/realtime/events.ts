// Events of the live connection, and parsing their fields.

export interface RawEvent {
  event: string;
  data: Record<string, unknown>;
  broadcast?: { user_id?: string; channel_id?: string; team_id?: string };
  seq?: number;
}

// Several fields are JSON inside a string; newer servers send some of them as objects.
export function parseJson<T>(value: unknown): T | undefined {
  if (typeof value !== 'string') return (value ?? undefined) as T | undefined;
  if (value === '') return undefined;
  try {
    return JSON.parse(value) as T;
  } catch {
    return undefined;
  }
}

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
export const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);
