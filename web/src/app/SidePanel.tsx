// The side panel that the URL names.
import type { Team } from '@mattermost/types/teams';
import { useEffect } from 'react';
import { Composer } from '@/features/composer/Composer';
import { MembersPanel } from '@/features/panels/MembersPanel';
import { PinnedPanel } from '@/features/panels/PinnedPanel';
import { SearchPanel } from '@/features/panels/SearchPanel';
import { ThreadPanel } from '@/features/thread/ThreadPanel';
import { t } from '@/i18n';
import { focusComposer } from '@/lib/focus';
import { closePanel, usePanel } from '@/lib/navigate';
import { useMayInChannel } from '@/messages/useMayInChannel';
import { useUi } from '@/state/ui';
import css from './app.module.css';
import { useEscape } from '@/lib/useEscape';

export function SidePanel({ team }: { team: Team }) {
  const panel = usePanel();
  const covered = useUi((s) => s.dialog !== null || s.navOpen);
  const channelId = useUi((s) => s.channelId);
  const open = panel !== null;
  useEffect(() => (open ? () => focusComposer() : undefined), [open]);
  useEscape(open && !covered, closePanel);
  if (!panel) return null;
  return (
    <aside className={css.panel}>
      {panel.kind === 'thread' && (
        <ThreadPanel
          key={panel.id} rootId={panel.id} teamId={team.id}
          composer={(id) => <ReplyComposer channelId={id} rootId={panel.id} teamId={team.id} />}
        />
      )}
      {panel.kind === 'search' && <SearchPanel terms={panel.terms} teamId={team.id} teamName={team.name} />}
      {panel.kind === 'pinned' && channelId && <PinnedPanel key={channelId} channelId={channelId} teamName={team.name} />}
      {panel.kind === 'members' && channelId && <MembersPanel key={channelId} channelId={channelId} />}
    </aside>
  );
}

function ReplyComposer({ channelId, rootId, teamId }: { channelId: string; rootId: string; teamId: string }) {
  const mayPost = useMayInChannel(channelId, 'create_post');
  return <Composer channelId={channelId} rootId={rootId} teamId={teamId} placeholder={t('composer.reply')} disabledReason={mayPost ? undefined : t('channel.readOnly')} />;
}
