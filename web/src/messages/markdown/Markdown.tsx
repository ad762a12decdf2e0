// A text with Markdown: a message, or a line such as a title.
import { memo, useEffect, useMemo, type ReactNode } from 'react';
import { requestUsersByName } from '@/data/users';
import { findEmoji, useEmojiTable } from '@/emoji/data';
import { NAMES_PER_MESSAGE_MAX, requestEmoji } from '@/emoji/requests';
import { cx } from '@/lib/text';
import { useEntities } from '@/state/store';
import { blockElements, inlineElements } from './elements';
import css from './markdown.module.css';
import type { ChannelMentions } from './Marks';
import { useParseOptions } from './options';
import { emojiNames, isOnlyEmoji, mentionedNames, parse, parseInline } from './parse';
import type { Block } from './tree';

/** Asks for the people and emoji of a text that the client does not know; nobody answers where people log in. */
function useRequests(blocks: Block[]): void {
  const table = useEmojiTable();
  const isLoggedIn = useEntities((s) => s.meId !== '');
  useEffect(() => {
    if (!isLoggedIn) return;
    const names = mentionedNames(blocks);
    if (names.length > 0) requestUsersByName(names);
  }, [blocks, isLoggedIn]);
  useEffect(() => {
    if (!table || !isLoggedIn) return;
    const unknown = emojiNames(blocks).filter((name) => !findEmoji(table, name));
    if (unknown.length > 0) requestEmoji(unknown.slice(0, NAMES_PER_MESSAGE_MAX));
  }, [blocks, table, isLoggedIn]);
}

interface MarkdownProps {
  text: string;
  team: string;
  // A note that is placed at the end of the last line.
  edited?: ReactNode;
  channelMentions?: ChannelMentions;
}

export const Markdown = memo(function Markdown({ text, team, edited, channelMentions }: MarkdownProps) {
  const options = useParseOptions();
  const blocks = useMemo(() => parse(text, options), [text, options]);
  useRequests(blocks);
  const large = useMemo(() => isOnlyEmoji(blocks), [blocks]);
  const context = { team, large, inLink: false, channelMentions };
  const last = blocks.at(-1);
  const lastParagraph = edited && last?.type === 'paragraph' ? last : null;
  return (
    <div className={cx(css.body, large && css.large)}>
      {blockElements(lastParagraph ? blocks.slice(0, -1) : blocks, context)}
      {lastParagraph ? <p>{inlineElements(lastParagraph.children, context)}{edited}</p> : edited}
    </div>
  );
});

/** A line without blocks. Within a link, marks that would be links are text. */
export const InlineMarkdown = memo(function InlineMarkdown({ text, team, inLink = false }: { text: string; team: string; inLink?: boolean }) {
  const options = useParseOptions();
  const blocks = useMemo((): Block[] => [{ type: 'line', children: parseInline(text, options) }], [text, options]);
  useRequests(blocks);
  return <>{blockElements(blocks, { team, large: false, inLink })}</>;
});
