/// <reference types="vite/client" />
// Types of what the build makes out of nothing.
declare module 'virtual:emoji' {
  const rows: Array<[character: string, names: string[], group: number, words: string]>;
  export default rows;
}
