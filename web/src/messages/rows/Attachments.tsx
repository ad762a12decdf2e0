// Message attachments of integrations, and link previews.
import type { OpenGraphMetadata, Post, PostEmbed } from '@mattermost/types/posts';
import type { MessageAction } from '@/api/integrations';
import { useMemo } from 'react';
import { cx } from '@/lib/text';
import { useEntities } from '@/state/store';
import { useImageSource } from '../images';
import { safeHref } from '../markdown/addresses';
import { InlineMarkdown, Markdown } from '../markdown/Markdown';
import { Actions, readActions } from './Actions';
import css from './attachments.module.css';

interface Field {
  title: string;
  value: string;
  short: boolean;
}

interface Attachment {
  color: string;
  pretext: string;
  authorName: string;
  authorLink: string;
  authorIcon: string;
  title: string;
  titleLink: string;
  text: string;
  fields: Field[];
  imageUrl: string;
  thumbUrl: string;
  footer: string;
  footerIcon: string;
  actions: MessageAction[];
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const FIELDS_MAX = 100;

// Integrations send what they like.
function readAttachment(value: unknown): Attachment {
  const from = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const fields = (Array.isArray(from.fields) ? from.fields : []).slice(0, FIELDS_MAX).filter((field) => typeof field === 'object' && field !== null) as Array<Record<string, unknown>>;
  return {
    color: text(from.color), pretext: text(from.pretext), authorName: text(from.author_name), authorLink: text(from.author_link), authorIcon: text(from.author_icon),
    title: text(from.title), titleLink: text(from.title_link), text: text(from.text), imageUrl: text(from.image_url), thumbUrl: text(from.thumb_url),
    footer: text(from.footer), footerIcon: text(from.footer_icon), actions: readActions(from.actions),
    fields: fields.map((field) => ({ title: text(field.title), value: text(field.value), short: field.short === true || field.short === 'true' })),
  };
}

// Colours that integrations may give by name.
const NAMED_COLOURS: Record<string, string | undefined> = { good: 'var(--success)', warning: 'var(--away)', danger: 'var(--danger)' };

function LinkedText({ href, text: label, team }: { href: string; text: string; team: string }) {
  const safe = href ? safeHref(href) : null;
  const content = <InlineMarkdown text={label} team={team} inLink={safe !== null} />;
  return safe ? <a href={safe} target="_blank" rel="noopener noreferrer nofollow">{content}</a> : <span>{content}</span>;
}

const NamedIcon = ({ src }: { src: string | null }) => (src ? <img src={src} alt="" loading="lazy" /> : null);

function Card({ item, post, team }: { item: Attachment; post: Post; team: string }) {
  const colour = /^#[0-9a-f]{3,8}$/i.test(item.color) ? item.color : NAMED_COLOURS[item.color];
  const sourceOf = useImageSource();
  const image = sourceOf(item.imageUrl);
  const thumb = sourceOf(item.thumbUrl);
  return (
    <>
      {item.pretext && <Markdown text={item.pretext} team={team} />}
      <div className={css.card} style={colour ? { borderLeftColor: colour } : undefined} data-testid="attachment">
        {thumb && <img className={css.thumb} src={thumb} alt="" loading="lazy" />}
        {item.authorName && (
          <p className={cx(css.site, css.author)}>
            <NamedIcon src={sourceOf(item.authorIcon)} />
            <LinkedText href={item.authorLink} text={item.authorName} team={team} />
          </p>
        )}
        {item.title && <p className={css.title}><LinkedText href={item.titleLink} text={item.title} team={team} /></p>}
        {item.text && <Markdown text={item.text} team={team} />}
        {item.fields.length > 0 && (
          <dl className={css.fields}>
            {item.fields.map((field, i) => (
              <div key={i} className={field.short ? undefined : css.long}>
                <dt><InlineMarkdown text={field.title} team={team} /></dt>
                <dd><Markdown text={field.value} team={team} /></dd>
              </div>
            ))}
          </dl>
        )}
        {image ? <img className={css.image} src={image} alt="" loading="lazy" /> : item.imageUrl && <p className={css.site}><InlineMarkdown text={item.imageUrl} team={team} /></p>}
        {item.actions.length > 0 && <Actions postId={post.id} channelId={post.channel_id} actions={item.actions} />}
        {item.footer && <p className={cx(css.site, css.author)}><NamedIcon src={sourceOf(item.footerIcon)} /><span><InlineMarkdown text={item.footer} team={team} /></span></p>}
      </div>
    </>
  );
}

function LinkPreview({ embed }: { embed: PostEmbed }) {
  const sourceOf = useImageSource();
  const data = embed.data as OpenGraphMetadata | undefined;
  const href = safeHref(embed.url);
  if (!data || !href || (!data.title && !data.description)) return null;
  const image = data.images?.[0];
  const src = sourceOf(image?.secure_url || image?.url || '');
  return (
    <a className={css.preview} href={href} target="_blank" rel="noopener noreferrer nofollow">
      <span className={css.previewText}>
        <span className={css.site}>{data.site_name || new URL(href).hostname}</span>
        {data.title && <span className={css.title}>{data.title}</span>}
        {data.description && <span className={css.description}>{data.description}</span>}
      </span>
      {src && <img className={css.previewImage} src={src} alt="" loading="lazy" />}
    </a>
  );
}

export function Attachments({ post }: { post: Post }) {
  const team = useEntities((s) => s.teams[s.channels[post.channel_id]?.team_id ?? '']?.name ?? '');
  const value = post.props?.attachments;
  const attachments = useMemo(() => (Array.isArray(value) ? value.map(readAttachment) : []), [value]);
  const preview = post.metadata?.embeds?.find((e) => e.type === 'opengraph');
  if (attachments.length === 0 && !preview) return null;
  return (
    <div className={css.list}>
      {attachments.map((item, i) => <Card key={i} item={item} post={post} team={team} />)}
      {preview && attachments.length === 0 && <LinkPreview embed={preview} />}
    </div>
  );
}
