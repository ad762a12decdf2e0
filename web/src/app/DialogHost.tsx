// Renders the open dialog. Features open dialogs by name, so that they do not import each other.
import { BookmarkDialog } from '@/features/dialogs/BookmarkDialog';
import { BrowseChannelsDialog, ChannelDetailsDialog, CreateChannelDialog } from '@/features/dialogs/ChannelDialogs';
import { GuestLinksDialog } from '@/features/dialogs/GuestLinksDialog';
import { IntegrationDialog } from '@/features/dialogs/IntegrationDialog';
import { ImageViewer } from '@/features/dialogs/ImageViewer';
import { AddMembersDialog, InviteDialog, NewMessageDialog } from '@/features/dialogs/PeopleDialogs';
import { ProfileDialog } from '@/features/dialogs/ProfileDialog';
import { ArchiveProjectDialog, ProjectDialog } from '@/features/dialogs/ProjectDialog';
import { SettingsDialog } from '@/features/dialogs/SettingsDialog';
import { CustomStatusDialog } from '@/features/dialogs/CustomStatusDialog';
import { DeletePostDialog, ShortcutsDialog } from '@/features/dialogs/SmallDialogs';
import { TeamSettingsDialog } from '@/features/dialogs/TeamSettingsDialog';
import { TemplatesDialog } from '@/features/dialogs/TemplatesDialog';
import { Switcher } from '@/features/dialogs/Switcher';
import { useUi } from '@/state/ui';

export function DialogHost() {
  const dialog = useUi((s) => s.dialog);
  switch (dialog?.kind) {
    case undefined: return null;
    case 'create-channel': return <CreateChannelDialog />;
    case 'browse-channels': return <BrowseChannelsDialog />;
    case 'new-message': return <NewMessageDialog />;
    case 'invite': return <InviteDialog />;
    case 'add-members': return <AddMembersDialog channelId={dialog.channelId} />;
    case 'channel-details': return <ChannelDetailsDialog channelId={dialog.channelId} />;
    case 'bookmark': return <BookmarkDialog channelId={dialog.channelId} bookmark={dialog.bookmark} />;
    case 'guest-links': return <GuestLinksDialog channelId={dialog.channelId} />;
    case 'project': return <ProjectDialog />;
    case 'channel-templates': return <TemplatesDialog />;
    case 'archive-project': return <ArchiveProjectDialog project={dialog.project} />;
    case 'profile': return <ProfileDialog userId={dialog.userId} />;
    case 'settings': return <SettingsDialog initialTab={dialog.tab} />;
    case 'team-settings': return <TeamSettingsDialog teamId={dialog.teamId} />;
    case 'custom-status': return <CustomStatusDialog />;
    case 'switcher': return <Switcher />;
    case 'shortcuts': return <ShortcutsDialog />;
    case 'delete-post': return <DeletePostDialog postId={dialog.postId} />;
    case 'integration': return <IntegrationDialog key={dialog.request.trigger_id + dialog.request.url} request={dialog.request} channelId={dialog.channelId} />;
    case 'image': return <ImageViewer postId={dialog.postId} fileId={dialog.fileId} />;
  }
}
