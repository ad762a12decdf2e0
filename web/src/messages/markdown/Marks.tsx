// Mentions, channel links and hashtags as elements.
import { Link } from 'wouter';
import { openPanel } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { channelByName, channelPath } from '@/state/entities/channels';
import { byUsername, displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { openDialog } from '@/state/ui';
import css from './markdown.module.css';
import { usernameForms } from './marks';
import { EVERYONE } from './parse';

/** Channels that a message mentions, by name, as the server tells them. */
export type ChannelMentions = Record<string, { display_name?: string; team_name?: string } | undefined>;

export function Mention({ raw, name, inLink }: { raw: string; name: string; inLink: boolean }) {
  const forms = usernameForms(name);
  const user = useEntities((s) => forms.map((form) => byUsername(s.users, form)).find((one) => one !== undefined));
  const meId = useEntities((s) => s.meId);
  const everyone = forms.find((form) => EVERYONE.has(form));
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
  const forms = usernameForms(name);
  const channel = useEntities((s) => forms.map((form) => channelByName(s, team, form)).find((one) => one !== undefined));
  const path = useEntities((s) => (channel ? channelPath(s, team, channel) : ''));
  const told = channel ? undefined : forms.find((form) => mentioned && Object.hasOwn(mentioned, form));
  const length = 1 + (channel?.name.length ?? told?.length ?? 0);
  const rest = raw.slice(length);
  if (channel) return <><Link className={css.channel} href={path}>~{channel.display_name}</Link>{rest}</>;
  const { display_name: title, team_name: teamName } = (told ? mentioned?.[told] : undefined) ?? {};
  if (!told || typeof title !== 'string') return <>{raw}</>;
  const href = `/${typeof teamName === 'string' && teamName ? teamName : team}/channels/${told}`;
  return <><Link className={css.channel} href={href}>~{title || told}</Link>{rest}</>;
}

export function Hashtag({ raw }: { raw: string }) {
  return <button type="button" className={css.hashtag} onClick={() => openPanel({ kind: 'search', terms: raw })}>{raw}</button>;
}
