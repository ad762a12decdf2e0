// The parsed tree as elements. React escapes text, and HTML in a message is displayed as it was typed.
import { Fragment, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { Emoji } from '@/emoji/Emoji';
import { clientPath } from '@/lib/base';
import { useImageSource } from '../images';
import { safeHref } from './addresses';
import { CodeBlock } from './CodeBlock';
import { Formula } from './Formula';
import css from './markdown.module.css';
import { ChannelLink, Hashtag, Mention, type ChannelMentions } from './Marks';
import type { Block, Inline, LinkKind, ListItem } from './tree';

export interface Context {
  team: string;
  large: boolean;
  // Within a link nothing else can be clicked.
  inLink: boolean;
  channelMentions?: ChannelMentions;
}

function MarkdownLink({ kind, href, context, children }: { kind: LinkKind; href: string; context: Context; children: ReactNode }) {
  if (context.inLink) return <>{children}</>;
  const safe = safeHref(href);
  // The address is displayed, since it does not open.
  if (!safe) return kind === 'explicit' ? <>[{children}]({href})</> : kind === 'bracketed' ? <>&lt;{children}&gt;</> : <>{children}</>;
  const internalPath = clientPath(safe);
  if (internalPath) return <Link className={css.link} href={internalPath}>{children}</Link>;
  return <a className={css.link} href={safe} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

const IMAGE_SIZE_MAX = 2_000;

// A picture that is not displayed is a link to it.
function MarkdownImage({ node, context }: { node: Extract<Inline, { type: 'image' }>; context: Context }) {
  const src = useImageSource()(node.src);
  const [broken, setBroken] = useState('');
  if (!src || broken === src) {
    const isSafe = safeHref(node.src) !== null;
    return <>{isSafe ? null : '!'}<MarkdownLink kind="explicit" href={node.src} context={context}>{node.alt || (isSafe ? node.src : '')}</MarkdownLink></>;
  }
  const size = { width: node.width && Math.min(node.width, IMAGE_SIZE_MAX), height: node.height && Math.min(node.height, IMAGE_SIZE_MAX) };
  return <img className={css.image} src={src} alt={node.alt} {...size} loading="lazy" onError={() => setBroken(src)} />;
}

function link({ kind, href, children }: Extract<Inline, { type: 'link' }>, context: Context): ReactNode {
  // What does not open a page may hold marks that do.
  const inner = inlineElements(children, { ...context, inLink: context.inLink || safeHref(href) !== null });
  return <MarkdownLink kind={kind} href={href} context={context}>{inner}</MarkdownLink>;
}

export function inlineElements(nodes: Inline[], context: Context): ReactNode {
  return nodes.map((node, index) => (node.type === 'text' && !context.large ? node.text : <Fragment key={index}>{inlineElement(node, context)}</Fragment>));
}

function inlineElement(node: Inline, context: Context): ReactNode {
  switch (node.type) {
    // In a message of emoji only, the text is emoji too.
    case 'text': return context.large ? <span className={css.largeText}>{node.text}</span> : node.text;
    case 'code': return <code className={css.code}>{node.text}</code>;
    case 'break': return <br />;
    case 'strong': return <strong>{inlineElements(node.children, context)}</strong>;
    case 'em': return <em>{inlineElements(node.children, context)}</em>;
    case 'del': return <del>{inlineElements(node.children, context)}</del>;
    case 'link': return link(node, context);
    case 'image': return <MarkdownImage node={node} context={context} />;
    case 'mention': return <Mention raw={node.raw} name={node.name} inLink={context.inLink} />;
    case 'channel': return context.inLink ? node.raw : <ChannelLink raw={node.raw} name={node.name} team={context.team} mentioned={context.channelMentions} />;
    case 'hashtag': return context.inLink ? node.raw : <Hashtag raw={node.raw} />;
    case 'emoji': return <Emoji name={node.name} raw={node.raw} large={context.large} requested />;
    case 'formula': return <Formula source={node.source} raw={node.raw} />;
    case 'keyword': return <mark className={css.keyword}>{inlineElements(node.children, context)}</mark>;
  }
}

export function blockElements(blocks: Block[], context: Context): ReactNode {
  return blocks.map((block, index) => <Fragment key={index}>{blockElement(block, context)}</Fragment>);
}

function blockElement(block: Block, context: Context): ReactNode {
  switch (block.type) {
    case 'paragraph': return <p>{inlineElements(block.children, context)}</p>;
    case 'line': return inlineElements(block.children, context);
    case 'heading': return heading(block, context);
    case 'quote': return <blockquote dir="auto">{blockElements(block.children, context)}</blockquote>;
    case 'list': {
      const items = block.items.map((item, index) => listItem(item, index, context));
      return block.ordered ? <ol dir="auto" start={block.start}>{items}</ol> : <ul dir="auto">{items}</ul>;
    }
    case 'codeBlock': return <CodeBlock code={block.code} language={block.language} />;
    case 'formulaBlock': return <Formula source={block.source} raw={block.source} block />;
    case 'rule': return <hr />;
    case 'table': return table(block, context);
  }
}

function heading({ depth, children }: Extract<Block, { type: 'heading' }>, context: Context): ReactNode {
  const Tag = `h${Math.min(depth + 2, 6)}` as 'h3';
  return <Tag className={css.heading} data-depth={depth}>{inlineElements(children, context)}</Tag>;
}

function listItem(item: ListItem, index: number, context: Context): ReactNode {
  return (
    <li key={index} className={item.checked === undefined ? undefined : css.task}>
      {item.checked !== undefined && <input type="checkbox" checked={item.checked} readOnly disabled />}
      {blockElements(item.children, context)}
    </li>
  );
}

function table({ align, header, rows }: Extract<Block, { type: 'table' }>, context: Context): ReactNode {
  const cells = (row: Inline[][], Tag: 'th' | 'td') => row.map((cell, index) => (
    <Tag key={index} className={css[align[index] ?? 'start']}>{inlineElements(cell, context)}</Tag>
  ));
  return (
    <div className={css.tableScroll}>
      <table dir="auto">
        <thead><tr>{cells(header, 'th')}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index}>{cells(row, 'td')}</tr>)}</tbody>
      </table>
    </div>
  );
}
