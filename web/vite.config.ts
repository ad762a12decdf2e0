// Builds the client into dist/, which the server embeds; in development, API and WebSocket calls go to a local server.
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = process.env.GUILDHALL_DEV_SERVER ?? 'http://127.0.0.1:8065';

interface EmojiSource {
  hexcode: string;
  unicode: string;
  label: string;
  group?: number;
  tags?: string[];
}

// Reduces the library's tables to a third: character, names, group and search words.
function emojiTable(): Plugin {
  const id = 'virtual:emoji';
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`./node_modules/emojibase-data/en/${name}.json`, import.meta.url), 'utf8')) as unknown;
  return {
    name: 'emoji-table',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const names = read('shortcodes/iamcal') as Record<string, string | string[]>;
      const rows = (read('compact') as EmojiSource[])
        .filter((e) => e.group !== undefined && names[e.hexcode])
        .map((e) => [e.unicode, [names[e.hexcode]].flat(), e.group, [e.label, ...(e.tags ?? [])].join(' ')]);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(rows))});`;
    },
  };
}

export default defineConfig({
  plugins: [react(), emojiTable()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    proxy: {
      '/api/v4/websocket': { target: server, ws: true, changeOrigin: true },
      '/api': { target: server, changeOrigin: true },
    },
  },
  build: {
    // The content policy forbids data: fonts and scripts, so nothing may be inlined.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  // The limit is only met when a test fails, on a busy machine too.
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], css: false, testTimeout: 60_000 },
});
