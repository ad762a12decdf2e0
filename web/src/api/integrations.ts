// Message buttons, menus and dialogs of integrations.
import { post, type RequestOptions } from './core';

export interface MessageAction {
  id: string;
  name: string;
  type: string;
  style: string;
  disabled: boolean;
  dataSource: string;
  options: Array<{ text: string; value: string }>;
  defaultOption: string;
  cookie: string;
}

export interface DialogElement {
  name: string;
  display_name: string;
  type: string;
  subtype?: string;
  default?: string;
  placeholder?: string;
  help_text?: string;
  optional?: boolean;
  min_length?: number;
  max_length?: number;
  data_source?: string;
  data_source_url?: string;
  multiselect?: boolean;
  refresh?: boolean;
  options?: Array<{ text: string; value: string }>;
}

export interface IntegrationForm {
  callback_id: string;
  title: string;
  introduction_text: string;
  elements: DialogElement[];
  submit_label: string;
  notify_on_cancel: boolean;
  state: string;
  source_url?: string;
}

export interface DialogRequest {
  trigger_id: string;
  url: string;
  dialog: IntegrationForm;
}

export type Entered = Record<string, string | boolean | string[]>;

export interface Submission {
  url: string;
  type?: 'refresh';
  callback_id: string;
  state: string;
  channel_id: string;
  team_id: string;
  submission: Record<string, unknown>;
  cancelled: boolean;
}

export interface SubmitAnswer {
  error?: string;
  errors?: Record<string, string>;
  type?: string;
  form?: IntegrationForm;
}

export const pressAction = (postId: string, action: Pick<MessageAction, 'id' | 'cookie'>, chosen: string) =>
  post<{ trigger_id: string }>(`/posts/${postId}/actions/${encodeURIComponent(action.id)}`, { selected_option: chosen, cookie: action.cookie || undefined });
export const submitDialog = (submission: Submission) => post<SubmitAnswer>('/actions/dialogs/submit', submission);
export const lookUpOptions = (submission: Submission, options?: RequestOptions) =>
  post<{ items: Array<{ text: string; value: string }> }>('/actions/dialogs/lookup', submission, options);
