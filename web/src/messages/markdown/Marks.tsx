// Mentions, channel links and hashtags as elements.
import { Link } from 'wouter';
import { openPanel } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { channelByName, channelPath } from '@/state/entities/channels';
import { byGroupName } from '@/state/entities/groups';
import { byUsername, displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { openDialog } from '@/state/ui';
import css from './markdown.module.css';
import { nameForms } from './marks';
import { EVERYONE } from './parse';

/** Channels that a message mentions, by name, as the server tells them. */
export type ChannelMentions = Record<string, { display_name?: string; team_name?: string } | undefined>;

export function Mention({ raw, name, inLink }: { raw: string; name: string; inLink: boolean }) {
  const forms = nameForms(name);
  const user = useEntities((s) => forms.map((form) => byUsername(s.users, form)).find((one) => one !== undefined));
  const group = useEntities((s) => forms.map((form) => byGroupName(s.groups, form)).find((one) => one !== undefined));
  const isMyGroup = useEntities((s) => group !== undefined && s.myGroups[group.id] === true);
  const meId = useEntities((s) => s.meId);
  const everyone = forms.find((form) => EVERYONE.has(form));
  // The longest name that somebody has is meant, and of equal ones the person's.
  if (group && group.name.length > (user?.username.length ?? everyone?.length ?? 0)) {
    const end = 1 + group.name.length;
    return <><span className={cx(css.mention, isMyGroup && css.mentionMe)} title={group.display_name}>{raw.slice(0, end)}</span>{raw.slice(end)}</>;
  }
  const length = 1 + (user?.username.length ?? everyone?.length ?? 0);
  const text = raw.slice(0, length);
  const rest = raw.slice(length);
  if (!user && !everyone) return <>{raw}</>;
  const className = cx(css.mention, (!user || user.id === meId) && css.mentionMe);
  if (!user || inLink) return <><span className={className}>{text}</span>{rest}</>;
  return (
    <>
      <button type="button" className={className} title={displayName(user)} onClick={() => openDialog({ kind: 'profile', userId: user.id })}>{text}</button>
      {rest}
    </>
  );
}

export function ChannelLink({ raw, name, team, mentioned }: { raw: string; name: string; team: string; mentioned?: ChannelMentions }) {
  const channel = useEntities((s) => channelByName(s, team, name));
  const path = useEntities((s) => (channel ? channelPath(s, team, channel) : ''));
  if (channel) return <Link className={css.channel} href={path}>~{channel.display_name}</Link>;
  const { display_name: title, team_name: teamName } = (mentioned && Object.hasOwn(mentioned, name) ? mentioned[name] : undefined) ?? {};
  if (typeof title !== 'string') return <>{raw}</>;
  return <Link className={css.channel} href={`/${typeof teamName === 'string' && teamName ? teamName : team}/channels/${name}`}>~{title || name}</Link>;
}

export function Hashtag({ raw }: { raw: string }) {
  return <button type="button" className={css.hashtag} onClick={() => openPanel({ kind: 'search', terms: raw })}>{raw}</button>;
}
