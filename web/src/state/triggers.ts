// Which dialog an integration may show here: the one of a button that was pressed or a command that was sent in this window. Its event
// may come before the answer that says its id.
import type { DialogRequest } from '@/api/integrations';
import { openDialog } from './ui';

const REMEMBERED_MAX = 20;

let triggers: Array<{ id: string; channelId: string }> = [];
let waiting: DialogRequest | null = null;

export function rememberTrigger(id: string | undefined, channelId: string): void {
  if (!id) return;
  triggers = [...triggers, { id, channelId }].slice(-REMEMBERED_MAX);
  if (waiting?.trigger_id === id) receiveDialog(waiting);
}

export function receiveDialog(request: DialogRequest): void {
  const trigger = triggers.find((one) => one.id === request.trigger_id);
  waiting = trigger ? null : request;
  if (trigger) openDialog({ kind: 'integration', request, channelId: trigger.channelId });
}
