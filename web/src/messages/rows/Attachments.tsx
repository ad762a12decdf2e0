// Message attachments of integrations, and link previews.
import type { OpenGraphMetadata, Post, PostEmbed } from '@mattermost/types/posts';
import type { ReactNode } from 'react';
import { cx } from '@/lib/text';
import { useEntities } from '@/state/store';
import { Markdown } from '../markdown/Markdown';
import { safeHref } from '../markdown/parse';
import css from './attachments.module.css';

interface Field {
  title?: string;
  value?: unknown;
  short?: boolean;
}

interface Attachment {
  id?: number;
  color?: string;
  pretext?: string;
  author_name?: string;
  author_link?: string;
  author_icon?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fields?: Field[] | null;
  image_url?: string;
  thumb_url?: string;
  footer?: string;
}

// Colours that integrations may give by name.
const NAMED_COLOURS: Record<string, string | undefined> = { good: 'var(--success)', warning: 'var(--away)', danger: 'var(--danger)' };

const imageUrl = (href: string | undefined) => {
  const url = href ? safeHref(href) : null;
  return url?.startsWith('https:') ? url : null;
};

function OptionalLink({ href, children }: { href?: string; children: ReactNode }) {
  const safe = href ? safeHref(href) : null;
  return safe ? <a href={safe} target="_blank" rel="noopener noreferrer nofollow">{children}</a> : <>{children}</>;
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function Card({ item, team }: { item: Attachment; team: string }) {
  const colour = /^#[0-9a-f]{3,8}$/i.test(item.color ?? '') ? item.color : NAMED_COLOURS[item.color ?? ''];
  const image = imageUrl(item.image_url);
  const thumb = imageUrl(item.thumb_url);
  const icon = imageUrl(item.author_icon);
  return (
    <>
      {item.pretext && <Markdown text={item.pretext} team={team} />}
      <div className={css.card} style={colour ? { borderLeftColor: colour } : undefined}>
        {thumb && <img className={css.thumb} src={thumb} alt="" loading="lazy" referrerPolicy="no-referrer" />}
        {item.author_name && (
          <p className={cx(css.site, css.author)}>
            {icon && <img src={icon} alt="" loading="lazy" referrerPolicy="no-referrer" />}
            <OptionalLink href={item.author_link}>{item.author_name}</OptionalLink>
          </p>
        )}
        {item.title && <p className={css.title}><OptionalLink href={item.title_link}>{item.title}</OptionalLink></p>}
        {item.text && <Markdown text={item.text} team={team} />}
        {item.fields && item.fields.length > 0 && (
          <dl className={css.fields}>
            {item.fields.map((field, i) => (
              <div key={i} className={field.short ? undefined : css.long}>
                <dt>{text(field.title)}</dt>
                <dd><Markdown text={text(field.value)} team={team} /></dd>
              </div>
            ))}
          </dl>
        )}
        {image && <img className={css.image} src={image} alt="" loading="lazy" referrerPolicy="no-referrer" />}
        {item.footer && <p className={css.site}>{item.footer}</p>}
      </div>
    </>
  );
}

function LinkPreview({ embed }: { embed: PostEmbed }) {
  const data = embed.data as OpenGraphMetadata | undefined;
  const href = safeHref(embed.url);
  if (!data || !href || (!data.title && !data.description)) return null;
  const image = data.images?.[0];
  const src = imageUrl(image?.secure_url || image?.url);
  return (
    <a className={css.preview} href={href} target="_blank" rel="noopener noreferrer nofollow">
      <span className={css.previewText}>
        <span className={css.site}>{data.site_name || new URL(href).hostname}</span>
        {data.title && <span className={css.title}>{data.title}</span>}
        {data.description && <span className={css.description}>{data.description}</span>}
      </span>
      {src && <img className={css.previewImage} src={src} alt="" loading="lazy" referrerPolicy="no-referrer" />}
    </a>
  );
}

export function Attachments({ post }: { post: Post }) {
  const team = useEntities((s) => s.teams[s.channels[post.channel_id]?.team_id ?? '']?.name ?? '');
  const value = post.props?.attachments;
  const attachments = Array.isArray(value) ? (value as Attachment[]) : [];
  const preview = post.metadata?.embeds?.find((e) => e.type === 'opengraph');
  if (attachments.length === 0 && !preview) return null;
  return (
    <div className={css.list}>
      {attachments.map((item, i) => <Card key={item.id ?? i} item={item} team={team} />)}
      {preview && attachments.length === 0 && <LinkPreview embed={preview} />}
    </div>
  );
}
