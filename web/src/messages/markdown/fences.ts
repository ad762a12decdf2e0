// Whether a code block is open at a place in a text, by the same structure as the displayed message.
import { tokenizeBlocks } from './parser';

/** Whether the text before the caret ends within a fenced code block that is not closed. */
export function isInCodeBlock(text: string, caret: number): boolean {
  const before = text.slice(0, caret);
  if (!/(?:```|~~~)/.test(before)) return false;
  const lines = before.split('\n').length;
  const last = tokenizeBlocks(`${before}\n`).findLast((token) => token.type === 'fence');
  if (!last?.map) return false;
  const [start, end] = last.map;
  // A closed block has a line more than its opening line and its content.
  const contentLines = last.content.split('\n').length - 1;
  return end >= lines && end - start - 1 <= contentLines;
}
