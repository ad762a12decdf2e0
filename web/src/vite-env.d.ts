/// <reference types="vite/client" />
// Types of modules that the build generates.
declare module 'virtual:emoji' {
  const rows: Array<[character: string, names: string[], group: number, words: string]>;
  export default rows;
}
