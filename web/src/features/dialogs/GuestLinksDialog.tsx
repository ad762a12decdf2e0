// The guest links of a channel: making one, who has come by them, and revoking.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { createGuestLink, getGuestLinks, revokeGuestLink, type CreatedGuestLink, type ListedGuestLink } from '@/api/guestLinks';
import { Button, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t, tn } from '@/i18n';
import { channelTitle } from '@/state/entities/channels';
import { useEntities } from '@/state/store';
import { closeDialog, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import { NewGuestLink } from './NewGuestLink';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_MAX = 366;
const PEOPLE_MAX = 10_000;

export function GuestLinksDialog({ channelId }: { channelId: string }) {
  const title = useEntities((s) => channelTitle(s, s.channels[channelId]));
  const [created, setCreated] = useState<CreatedGuestLink | null>(null);
  return (
    <Dialog title={t('guestLink.dialogTitle')} description={t('guestLink.dialogText', { channel: title })} closeLabel={t('action.close')} onClose={closeDialog} testId="guest-links-dialog">
      {created ? <NewLink created={created} onAnother={() => setCreated(null)} /> : <LinkForm channelId={channelId} onCreated={setCreated} />}
      <LinkList channelId={channelId} />
    </Dialog>
  );
}

function LinkForm({ channelId, onCreated }: { channelId: string; onCreated: (created: CreatedGuestLink) => void }) {
  const canSendCodes = useEntities((s) => s.config.EnableGuestMagicLink === 'true');
  const [days, setDays] = useState('7');
  const [people, setPeople] = useState('5');
  const [password, setPassword] = useState('');
  const [takesCode, setTakesCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const expiresAt = Date.now() + Number(days) * DAY_MS;
      onCreated(await createGuestLink(channelId, { expires_at: expiresAt, max_people: Number(people), password, takes_code: takesCode }));
      void client.invalidateQueries({ queryKey: ['guest links', channelId] });
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };

  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="guest-link-new">
      <div className={css.pair}>
        <TextField label={t('guestLink.days')} type="number" min={1} max={DAYS_MAX} required value={days} onChange={(e) => setDays(e.target.value)} data-testid="guest-link-days" />
        <TextField label={t('guestLink.people')} type="number" min={1} max={PEOPLE_MAX} required value={people} onChange={(e) => setPeople(e.target.value)} data-testid="guest-link-people" />
      </div>
      <TextField label={t('guestLink.newPassword')} hint={t('guestLink.newPasswordHint')} autoComplete="off" minLength={6} maxLength={128} value={password} onChange={(e) => setPassword(e.target.value)} data-testid="guest-link-new-password" />
      {canSendCodes && (
        <label className={css.switch}>
          <span><b>{t('guestLink.takesCode')}</b><small>{t('guestLink.takesCodeHint')}</small></span>
          <input type="checkbox" checked={takesCode} onChange={(e) => setTakesCode(e.target.checked)} data-testid="guest-link-takes-code" />
        </label>
      )}
      <div className={css.buttons}><Button type="submit" variant="primary" busy={busy} data-testid="guest-link-create">{t('guestLink.create')}</Button></div>
    </form>
  );
}

function NewLink({ created, onAnother }: { created: CreatedGuestLink; onAnother: () => void }) {
  return <NewGuestLink created={created}><div className={css.buttons}><Button onClick={onAnother}>{t('guestLink.another')}</Button></div></NewGuestLink>;
}

function LinkList({ channelId }: { channelId: string }) {
  const links = useQuery({ queryKey: ['guest links', channelId], queryFn: () => getGuestLinks(channelId), staleTime: 0 });
  if (!links.data?.length) return null;
  return (
    <>
      <p className={css.subhead}>{t('guestLink.list')}</p>
      <ul className={css.guestLinks}>{links.data.map((link) => <LinkRow key={link.id} link={link} />)}</ul>
    </>
  );
}

function LinkRow({ link }: { link: ListedGuestLink }) {
  const client = useQueryClient();
  const isOver = link.people_left <= 0 || link.expires_at <= Date.now();
  const date = (ms: number) => new Date(ms).toLocaleDateString(undefined, { dateStyle: 'medium' });
  const terms = [
    isOver ? t('guestLink.over') : t('guestLink.until', { date: date(link.expires_at) }),
    tn('guestLink.left', link.people_left),
    link.takes_password && t('guestLink.withPassword'),
    link.takes_code && t('guestLink.withCode'),
  ];
  const revoke = () => {
    revokeGuestLink(link.channel_id, link.id).then(() => client.invalidateQueries({ queryKey: ['guest links', link.channel_id] }), toastError);
  };
  const fullName = (first: string, last: string, username: string) => `${first} ${last}`.trim() || username;
  return (
    <li className={css.row} data-testid="guest-link-row">
      <div className={css.rowText}>
        <b>{terms.filter(Boolean).join(' · ')}</b>
        {link.people.length === 0
          ? <span>{t('guestLink.nobody')}</span>
          : link.people.map((person) => <span key={person.user_id} data-testid="guest-link-visitor">{fullName(person.first_name, person.last_name, person.username)} (@{person.username}) · {date(person.create_at)}</span>)}
      </div>
      <Button size="small" variant="danger" onClick={revoke} data-testid="guest-link-revoke">{t('guestLink.revoke')}</Button>
    </li>
  );
}
