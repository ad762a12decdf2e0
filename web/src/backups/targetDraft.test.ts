import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/core';
import type { BackupTarget } from '@/api/backups';
import { changeOf, draftOf, errorsOf, errorsOfRejection, newTargetOf, type TargetDraft } from './targetDraft';

const PASSWORD = 'correct horse battery';
const target = {
  id: 'x', name: 'usb', location: 's3:https://s3.example.com/studio', access_key: 'KEY', interval_hours: 5,
  keep: { last: 1, daily: 2, weekly: 0, monthly: 0, yearly: 0 }, bytes_per_second: 1000, is_continuous: true,
} as BackupTarget;

function folderDraft(change: Partial<TargetDraft> = {}): TargetDraft {
  const draft = draftOf();
  return { ...draft, parts: { ...draft.parts, folder: '/mnt/usb' }, password: PASSWORD, ...change };
}

describe('the form of a new target', () => {
  it('makes the request, with the name that the place suggests', () => {
    expect(errorsOf(folderDraft())).toEqual({});
    expect(newTargetOf(folderDraft({ accessKey: 'of another kind' }))).toEqual({
      name: 'usb', location: '/mnt/usb', password: PASSWORD, access_key: '', secret_key: '', interval_hours: 24,
      keep: { last: 3, daily: 7, weekly: 5, monthly: 12, yearly: 3 }, bytes_per_second: 0, is_continuous: false,
    });
    expect(newTargetOf(folderDraft({ name: ' Cellar ' })).name).toBe('Cellar');
  });

  it('names each field that is wrong', () => {
    const wrong = folderDraft({ parts: draftOf().parts, password: 'short', rate: 'x', keep: { ...draftOf().keep, last: '0' } });
    expect(Object.keys(errorsOf(wrong)).sort()).toEqual(['folder', 'keep', 'name', 'password', 'rate']);
    expect(errorsOf(folderDraft({ name: ' ' }))).toHaveProperty('name');
  });
});

describe('the form of a target that exists', () => {
  it('changes nothing where nothing was entered', () => {
    const draft = draftOf(target);
    expect(errorsOf(draft, target)).toEqual({});
    const { name, location, access_key, interval_hours, keep, bytes_per_second, is_continuous } = target;
    expect(changeOf(draft)).toEqual({ name, location, access_key, interval_hours, keep, bytes_per_second, is_continuous });
  });

  it('sends secrets that were entered, and removes keys that are not needed any more', () => {
    expect(changeOf({ ...draftOf(target), secretKey: 'new', password: PASSWORD })).toMatchObject({ secret_key: 'new', password: PASSWORD, access_key: 'KEY' });
    expect(changeOf({ ...folderDraft(), accessKey: 'KEY' })).toMatchObject({ access_key: '', secret_key: '' });
    expect(errorsOf({ ...draftOf(target), password: 'short' }, target)).toHaveProperty('password');
  });
});

describe('an answer of the server', () => {
  it('is displayed at its field', () => {
    const field = (id: string, message = 'Why.') => Object.entries(errorsOfRejection(new ApiError(400, id, message)));
    expect(field('api.backups.target.wrong_password.app_error')).toEqual([['password', 'Why.']]);
    expect(field('api.backups.target.unusable.app_error')).toEqual([['location', 'Why.']]);
    expect(field('api.backups.target.not_continuous.app_error')).toEqual([['continuous', 'Why.']]);
    expect(field('api.backups.target.name_taken.app_error')).toEqual([['name', 'Why.']]);
    expect(field('api.context.invalid_body_param.app_error', 'The access_key in the request is missing or not valid.')[0]?.[0]).toBe('accessKey');
    expect(field('api.context.invalid_body_param.app_error', 'The id in the request is missing or not valid.')[0]?.[0]).toBe('form');
    expect(field('api.backups.target.too_many.app_error')).toEqual([['form', 'Why.']]);
    expect(errorsOfRejection('Why.')).toEqual({ form: 'Why.' });
  });
});
