// One emoji table for server and client, and what its names stand for.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalName, findEmoji, loadEmoji, type EmojiTable } from './data';
import { splitTones } from './tones';

vi.mock('@/api/users', () => ({ customEmojiUrl: () => '', getCustomEmoji: () => Promise.resolve([]) }));

let table: EmojiTable;
beforeAll(async () => { table = await loadEmoji(); });

const character = (name: string) => findEmoji(table, name)?.character;

describe('the table', () => {
  it('has exactly the emoji that the server knows, by the same names', () => {
    const emoji = readFileSync(path.resolve(import.meta.dirname, '../../../crates/model/data/emoji.txt'), 'utf8').trim().split('\n');
    expect(table.list.flatMap(({ names }) => names)).toHaveLength(2537);
    expect(table.list.map(({ character, names }) => [character, ...names].join(' ')).sort()).toEqual(emoji.sort());
  });
  it('has a character for every name', () => {
    for (const emoji of table.list) expect(emoji.character, emoji.name).not.toBe('');
  });
  it.each([
    ['+1', '👍️'], ['thumbsup', '👍️'], ['flag-us', '🇺🇸'], ['us', '🇺🇸'], ['england', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'], ['woman-shrugging', '🤷‍♀️'], ['skin-tone-3', '🏼'], ['family_man_woman_girl_boy', '👨‍👩‍👧‍👦'], ['rainbow-flag', '🏳️‍🌈'],
    ['wave_light_skin_tone', '👋🏻'], ['wave_medium_light_skin_tone', '👋🏼'], ['wave_medium_skin_tone', '👋🏽'], ['wave_medium_dark_skin_tone', '👋🏾'], ['wave_dark_skin_tone', '👋🏿'], ['point_up_dark_skin_tone', '☝🏿'],
    ['woman-shrugging_dark_skin_tone', '🤷🏿‍♀️'], ['male-technologist_medium_skin_tone', '👨🏽‍💻'], ['handshake_light_skin_tone_dark_skin_tone', '🫱🏻‍🫲🏿'], ['handshake_light_skin_tone', '🤝🏻'],
    ['two_women_holding_hands_light_skin_tone_dark_skin_tone', '👩🏻‍🤝‍👩🏿'], ['people_holding_hands_dark_skin_tone_dark_skin_tone', '🧑🏿‍🤝‍🧑🏿'],
    ['tada_dark_skin_tone', undefined], ['_dark_skin_tone', undefined], ['nothing', undefined], ['constructor', undefined],
  ])('%s is %s', (name, expected) => expect(character(name)?.replaceAll('\ufe0f', '')).toBe(expected?.replaceAll('\ufe0f', '')));
});

describe('names', () => {
  it.each([['+1', 'thumbsup', true], ['us', 'flag-us', true], ['+1_dark_skin_tone', 'thumbsup_dark_skin_tone', true], ['+1', '+1_dark_skin_tone', false], ['+1', '-1', false], ['shipit_custom', 'shipit_custom', true], ['facepalm', 'face_palm', true]])(
    '%s and %s are the same: %s', (a, b, same) => expect(canonicalName(a) === canonicalName(b)).toBe(same),
  );
  it('are split from their tones', () => {
    expect(splitTones('wave_medium_light_skin_tone')).toEqual({ base: 'wave', key: '1' });
    expect(splitTones('a_light_skin_tone_medium_dark_skin_tone')).toEqual({ base: 'a', key: '0-3' });
    expect(splitTones('wave')).toBeNull();
    expect(splitTones('_skin_tone')).toBeNull();
  });
});
