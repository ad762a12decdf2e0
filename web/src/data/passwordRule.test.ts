import { describe, expect, it } from 'vitest';
import { passwordRule } from './passwordRule';

const all = { PasswordRequireLowercase: 'true', PasswordRequireUppercase: 'true', PasswordRequireNumber: 'true', PasswordRequireSymbol: 'true' };

describe('passwordRule', () => {
  it('says what the server asks for', () => {
    expect(passwordRule({}).hint).toBe('Use at least 8 characters.');
    expect(passwordRule({ PasswordMinimumLength: '12', PasswordRequireNumber: 'true', PasswordRequireSymbol: 'false' }).hint).toBe('Use at least 12 characters, among them a digit.');
    expect(passwordRule(all).hint).toBe('Use at least 8 characters, among them a lower-case letter, an upper-case letter, a digit and a symbol.');
  });

  it('accepts what the server accepts', () => {
    const { accepts } = passwordRule({ ...all, PasswordMinimumLength: '10' });
    expect(['abcdABCD12!?', 'größeÄ٣ …!!'].map(accepts)).toEqual([true, true]);
    expect(['ABCD123456!', 'abcd123456!', 'abcdABCD!!', 'abcdABCD12', 'aB1!', ''].map(accepts)).toEqual([false, false, false, false, false, false]);
    expect(passwordRule({}).accepts('😀😀😀😀')).toBe(false);
  });
});
