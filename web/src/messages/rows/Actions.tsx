// The buttons and menus of an attachment.
import { useState } from 'react';
import { pressAction, type MessageAction } from '@/api/integrations';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { entriesOf } from '@/lib/choices';
import { useChoicesOf } from '@/state/choices';
import { rememberTrigger } from '@/state/triggers';
import { toastError } from '@/state/ui';
import css from './attachments.module.css';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

// Integrations send what they like.
export function readActions(value: unknown): MessageAction[] {
  const list = (Array.isArray(value) ? value : []).filter((action) => typeof action === 'object' && action !== null) as Array<Record<string, unknown>>;
  return list.map((action) => ({
    id: text(action.id), name: text(action.name), type: text(action.type), style: text(action.style), disabled: action.disabled === true,
    dataSource: text(action.data_source), defaultOption: text(action.default_option), cookie: text(action.cookie),
    options: entriesOf(action.options),
  })).filter((action) => action.id !== '' && action.name !== '');
}

const variantOf = (style: string) => (style === 'primary' || style === 'success' || style === 'good' ? 'primary' : style === 'danger' ? 'danger' : 'secondary');

export function Actions({ postId, channelId, actions }: { postId: string; channelId: string; actions: MessageAction[] }) {
  const [busy, setBusy] = useState('');
  const press = async (action: MessageAction, chosen: string) => {
    setBusy(action.id);
    try {
      const answer = await pressAction(postId, action, chosen);
      rememberTrigger(answer.trigger_id, channelId);
    } catch (error) {
      toastError(error);
    }
    setBusy('');
  };
  return (
    <div className={css.actions}>
      {actions.map((action) => (action.type === 'select' || action.options.length > 0 || action.dataSource
        ? <ActionMenu key={action.id} action={action} busy={busy !== ''} onChoose={(value) => void press(action, value)} />
        : <Button key={action.id} size="small" variant={variantOf(action.style)} busy={busy === action.id} disabled={action.disabled || busy !== ''} data-testid="action-button" onClick={() => void press(action, '')}>{action.name}</Button>
      ))}
    </div>
  );
}

function ActionMenu({ action, busy, onChoose }: { action: MessageAction; busy: boolean; onChoose: (value: string) => void }) {
  const [chosen, setChosen] = useState(action.defaultOption);
  const options = useChoicesOf(action.dataSource) ?? action.options;
  const choose = (value: string) => {
    setChosen(value);
    if (value) onChoose(value);
  };
  return (
    <select className={css.menu} aria-label={action.name} value={chosen} disabled={busy || action.disabled} data-testid="action-menu" onChange={(e) => choose(e.target.value)}>
      <option value="">{t('integration.choose', { name: action.name })}</option>
      {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
    </select>
  );
}
