// Where Enter adds a line to a code block.
import { describe, expect, it } from 'vitest';
import { isInCodeBlock } from './fences';

// The caret is at the mark.
const at = (text: string) => isInCodeBlock(text.replace('¦', ''), text.indexOf('¦'));

describe('isInCodeBlock', () => {
  it.each([
    '```js\nlet a¦', '```¦', '```js¦', '~~~\n¦', '````\n```\nx\n```¦', '- a\n  ```\n  x¦', '> ```\n> x¦', '  ```\nx¦', '```\nx\n\n¦', '```\nx\n``¦',
    '```\na\n```\n```\nb¦', '```\nx¦\n```', 'text\n```\nx¦', '1. a\n   ```sh\n   ls\n¦',
  ])('is open in %j', (text) => expect(at(text)).toBe(true));

  it.each([
    'plain¦', '¦', '```ls``` please¦', '```js\nlet a\n```¦', '```js\nlet a\n```\n¦', '```js\nlet a\n```\nafter¦', '¦```\nx', '    ```\nx¦', 'a ``` b¦', '`a`¦',
    '> ```\n> x\nafter¦', '````\n```\n````¦', '~~~\nx\n~~~\n¦', 'text ```\nmore¦', '- ```\n  x\n  ```\n¦', '- ```\n  x\nafter¦', '```a`b¦',
  ])('is not open in %j', (text) => expect(at(text)).toBe(false));
});
