/// <reference types="vite/client" />
// Types of modules that the build generates.
declare module 'virtual:emoji' {
  const rows: import('../scripts/emoji-table.ts').EmojiRow[];
  export default rows;
}
