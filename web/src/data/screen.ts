// Which channel and thread are visible, for code that does not know the router.
import type { Team } from '@mattermost/types/teams';
import { currentPath } from '@/lib/base';
import { decodeSegment } from '@/lib/text';
import type { Entities } from '@/state/entities/model';
import { useUi } from '@/state/ui';

let current = { channelId: '', threadId: '' };

export const visibleConversation = () => current;
export function setVisibleConversation(next: Partial<typeof current>): void {
  current = { ...current, ...next };
  useUi.setState({ channelId: current.channelId });
}

export const isWindowActive = () => document.visibilityState === 'visible' && document.hasFocus();

export function currentTeamName(): string {
  return decodeSegment(currentPath().split('/')[1] ?? '');
}

export function currentTeam(s: Pick<Entities, 'teams'>): Team | undefined {
  const name = currentTeamName();
  return Object.values(s.teams).find((team) => team.name === name);
}
