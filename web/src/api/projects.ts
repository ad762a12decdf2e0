// Channel templates of a team, and the projects that are made of them.
import { del, get, post, put } from './core';
import type { CreatedGuestLink } from './guestLinks';

export interface TemplateChannel {
  display_name: string;
  purpose: string;
  header: string;
  type: 'O' | 'P';
  for_guests: boolean;
  // The first message, which is pinned.
  message: string;
}
export interface TemplateGuestLink {
  // The position of its channel in the template.
  channel: number;
  max_people: number;
  days: number;
  takes_code: boolean;
}
export interface NewChannelTemplate {
  name: string;
  description: string;
  category: string;
  channels: TemplateChannel[];
  member_ids: string[];
  group_ids: string[];
  guest_link: TemplateGuestLink | null;
}
export type ChannelTemplate = NewChannelTemplate & { id: string; team_id: string };
export interface Project {
  id: string;
  team_id: string;
  name: string;
  archived_at: number;
  channels: { id: string; name: string; display_name: string; type: 'O' | 'P'; delete_at: number }[];
}
export interface NewProject {
  project: string;
  guests: string[];
  with_guest_link: boolean;
  pending_id: string;
}
export interface CreatedProject {
  project: Project;
  guest_link: CreatedGuestLink | null;
  invited: string[];
  skipped_members: string[];
}

export const getTemplates = (teamId: string) => get<ChannelTemplate[]>(`/teams/${teamId}/channel_templates`);
export const createTemplate = (teamId: string, template: NewChannelTemplate) => post<ChannelTemplate>(`/teams/${teamId}/channel_templates`, template);
export const updateTemplate = (id: string, template: NewChannelTemplate) => put<ChannelTemplate>(`/channel_templates/${id}`, template);
export const deleteTemplate = (id: string) => del<unknown>(`/channel_templates/${id}`);
export const createProject = (templateId: string, project: NewProject) => post<CreatedProject>(`/channel_templates/${templateId}/channels`, project, { idempotent: true });
export const getProjectOfChannel = (teamId: string, channelId: string) => get<Project[]>(`/teams/${teamId}/projects`, { channel_id: channelId });
export const archiveProject = (id: string) => del<Project & { guests_without_channel: string[] }>(`/projects/${id}`);
