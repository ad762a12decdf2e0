// Tokens to React elements. React escapes text, and HTML in a message is displayed as it was typed.
import type { Token, Tokens } from 'marked';
import { Fragment, memo, useEffect, useMemo, type ReactNode } from 'react';
import { Link } from 'wouter';
import { requestUsersByName } from '@/data/users';
import { Emoji } from '@/emoji/Emoji';
import { openPanel } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { channelPath } from '@/state/entities/channels';
import { byUsername, displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { openDialog } from '@/state/ui';
import { CodeBlock } from './CodeBlock';
import css from './markdown.module.css';
import { EVERYONE, isOnlyEmoji, mentionedNames, parse, safeHref } from './parse';

function Mention({ name }: { name: string }) {
  const lower = name.toLowerCase();
  const user = useEntities((s) => byUsername(s.users, lower));
  const meId = useEntities((s) => s.meId);
  if (EVERYONE.has(lower)) return <span className={cx(css.mention, css.mentionMe)}>@{name}</span>;
  if (!user) return <>@{name}</>;
  return (
    <button type="button" className={cx(css.mention, user.id === meId && css.mentionMe)} title={displayName(user)} onClick={() => openDialog({ kind: 'profile', userId: user.id })}>
      @{name}
    </button>
  );
}

function ChannelLink({ name, team }: { name: string; team: string }) {
  const channel = useEntities((s) => Object.values(s.channels).find((c) => c.name === name && s.teams[c.team_id]?.name === team));
  const path = useEntities((s) => (channel ? channelPath(s, team, channel) : ''));
  return channel ? <Link className={css.channel} href={path}>~{channel.display_name}</Link> : <>~{name}</>;
}

function MarkdownLink({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href);
  if (!safe) return <>{children}</>;
  const internalPath = safe.startsWith(`${location.origin}/`) ? safe.slice(location.origin.length) : safe.startsWith('/') ? safe : null;
  if (internalPath && !internalPath.startsWith('/api/')) return <Link className={css.link} href={internalPath}>{children}</Link>;
  return <a className={css.link} href={safe} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

interface Context {
  team: string;
  large: boolean;
  depth?: number;
}

// Deeper nesting is displayed as it was typed.
const MAX_DEPTH = 40;

function render(tokens: Token[] | undefined, context: Context): ReactNode {
  return tokens?.map((token, index) => <Fragment key={index}>{element(token, context)}</Fragment>);
}

function listItem(item: Tokens.ListItem, index: number, context: Context): ReactNode {
  return (
    <li key={index} className={item.task ? css.task : undefined}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} readOnly disabled />}
      {render(item.tokens.filter((token) => token.type !== 'checkbox'), context)}
    </li>
  );
}

function table(token: Tokens.Table, context: Context): ReactNode {
  const cell = (c: Tokens.TableCell, Tag: 'th' | 'td', key: number) => (
    <Tag key={key} style={c.align ? { textAlign: c.align } : undefined}>{render(c.tokens, context)}</Tag>
  );
  return (
    <div className={css.tableScroll}>
      <table dir="auto">
        <thead><tr>{token.header.map((c, i) => cell(c, 'th', i))}</tr></thead>
        <tbody>{token.rows.map((row, r) => <tr key={r}>{row.map((c, i) => cell(c, 'td', i))}</tr>)}</tbody>
      </table>
    </div>
  );
}

function heading(depth: number, children: ReactNode): ReactNode {
  const Tag = `h${Math.min(depth + 2, 6)}` as 'h3';
  return <Tag className={css.heading} data-depth={depth}>{children}</Tag>;
}

function element(token: Token, context: Context): ReactNode {
  const generic = token as Tokens.Generic;
  const depth = (context.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) return token.raw;
  const inner = () => render(generic.tokens as Token[] | undefined, { ...context, depth });
  switch (token.type) {
    case 'space': case 'def': return null;
    case 'paragraph': return <p>{inner()}</p>;
    case 'text': return generic.tokens ? inner() : (generic.text as string);
    case 'escape': return generic.text as string;
    case 'strong': return <strong>{inner()}</strong>;
    case 'em': return <em>{inner()}</em>;
    case 'del': return <del>{inner()}</del>;
    case 'codespan': return <code className={css.code}>{generic.text as string}</code>;
    case 'br': return <br />;
    case 'hr': return <hr />;
    case 'code': return <CodeBlock code={generic.text as string} language={(generic.lang as string | undefined) ?? ''} />;
    case 'blockquote': return <blockquote dir="auto">{inner()}</blockquote>;
    case 'heading': return heading(generic.depth as number, inner());
    case 'link': return <MarkdownLink href={generic.href as string}>{inner()}</MarkdownLink>;
    case 'image': {
      const href = generic.href as string;
      const src = safeHref(href);
      return src?.startsWith('https:')
        ? <img className={css.image} src={src} alt={generic.text as string} loading="lazy" referrerPolicy="no-referrer" />
        : <MarkdownLink href={href}>{(generic.text as string) || href}</MarkdownLink>;
    }
    case 'list': {
      const list = token as Tokens.List;
      const items = list.items.map((item, i) => listItem(item, i, { ...context, depth }));
      return list.ordered ? <ol dir="auto" start={Number(list.start) || 1}>{items}</ol> : <ul dir="auto">{items}</ul>;
    }
    case 'table': return table(token as Tokens.Table, context);
    case 'mention': return <Mention name={generic.value as string} />;
    case 'channel': return <ChannelLink name={generic.value as string} team={context.team} />;
    case 'emoji': return <Emoji name={generic.value as string} large={context.large} />;
    case 'hashtag': return <button type="button" className={css.hashtag} onClick={() => openPanel({ kind: 'search', terms: token.raw })}>{token.raw}</button>;
    default: return token.raw;
  }
}

export const Markdown = memo(function Markdown({ text, team, edited }: { text: string; team: string; edited?: ReactNode }) {
  const tokens = useMemo(() => parse(text), [text]);
  useEffect(() => {
    const names = mentionedNames(text).filter((name) => !EVERYONE.has(name));
    if (names.length > 0) requestUsersByName(names);
  }, [text]);
  const large = useMemo(() => isOnlyEmoji(tokens), [tokens]);
  const context = { team, large };
  // The note about an edit is placed at the end of the last line.
  const last = tokens.at(-1);
  const lastParagraph = edited && last?.type === 'paragraph' ? (last as Tokens.Paragraph) : null;
  return (
    <div className={cx(css.body, large && css.large)}>
      {render(lastParagraph ? tokens.slice(0, -1) : tokens, context)}
      {lastParagraph ? <p>{render(lastParagraph.tokens, context)}{edited}</p> : edited}
    </div>
  );
});
