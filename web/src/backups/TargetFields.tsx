// The fields of a backup target: where it is, its password, its schedule, and what is kept.
import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import { Checkbox, RadioCard, TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import { browserPath } from '@/lib/base';
import css from './backups.module.css';
import { KINDS, PARTS, type Kind, type LocationPart } from './location';
import { RepositoryPassword } from './RepositoryPassword';
import { nameOf } from './targetDraft';
import { TargetOptions } from './TargetOptions';
import type { TargetForm } from './useTargetForm';
import { describeInterval, INTERVALS_HOURS } from './words';

const NAME_CHARS_MAX = 64;

export function TargetFields({ form }: { form: TargetForm }) {
  const { draft, errors, change } = form;
  const { kind } = draft.parts;
  const radioName = useId();
  const choose = (next: Kind) => change({ parts: { ...draft.parts, kind: next } }, 'location', 'accessKey', 'secretKey', ...PARTS[kind]);
  return (
    <div className={css.form}><div className={css.fields}>
      {errors.form && <Problem text={errors.form} />}
      <fieldset className={css.group}>
        <legend>{t('backups.where')}</legend>
        <div className={css.kinds}>
          {KINDS.map((each) => (
            <RadioCard key={each} name={radioName} checked={kind === each} title={t(`backups.kind.${each}`)} hint={t(`backups.kind.${each}Hint`)} onChoose={() => choose(each)} />
          ))}
        </div>
      </fieldset>
      <LocationFields form={form} />
      <RepositoryPassword form={form} />
      <div className={css.pair}>
        <TextField
          label={t('backups.name')} error={errors.name} maxLength={NAME_CHARS_MAX} autoComplete="off" value={nameOf(draft)} data-testid="target-name"
          onChange={(e) => change({ name: e.target.value }, 'name')}
        />
        <Schedule form={form} />
      </div>
      <Continuous form={form} />
      <TargetOptions form={form} />
    </div></div>
  );
}

function LocationFields({ form }: { form: TargetForm }) {
  const { draft, errors, change } = form;
  const { kind } = draft.parts;
  const field = (part: LocationPart) => ({
    value: draft.parts[part], error: errors[part], 'data-testid': `target-${part}`, spellCheck: false, autoCapitalize: 'none', autoComplete: 'off',
    // The place may suggest the name that was missing.
    onChange: (e: { target: { value: string } }) => change({ parts: { ...draft.parts, [part]: e.target.value } }, part, 'location', ...(draft.name === null ? ['name' as const] : [])),
  });
  if (kind === 'folder') {
    const folder = field('folder');
    return <TextField label={t('backups.folder')} placeholder="/mnt/backup/guildhall" hint={t('backups.folderHint')} {...folder} error={folder.error ?? errors.location} />;
  }
  // The answer of the server is about all of them.
  const invalid = errors.location ? true : undefined;
  return (
    <>
      {kind === 'sftp' ? (
        <>
          <div className={css.hostAndPort}>
            <TextField label={t('backups.host')} placeholder="nas.example.com" aria-invalid={invalid} {...field('sftpHost')} />
            <TextField label={t('backups.port')} placeholder="22" inputMode="numeric" {...field('sftpPort')} />
          </div>
          <div className={css.pair}>
            <TextField label={t('backups.user')} placeholder="backup" {...field('sftpUser')} />
            <TextField label={t('backups.path')} placeholder="/srv/backup/guildhall" {...field('sftpPath')} />
          </div>
          <p className={css.hint}>{t('backups.sftpHint')} <HelpLink /></p>
        </>
      ) : (
        <>
          <TextField label={t('backups.endpoint')} placeholder="https://s3.example.com" hint={t('backups.endpointHint')} inputMode="url" aria-invalid={invalid} {...field('s3Endpoint')} />
          <div className={css.pair}>
            <TextField label={t('backups.bucket')} {...field('s3Bucket')} />
            <TextField label={t('backups.prefix')} placeholder={t('backups.optional')} {...field('s3Prefix')} />
          </div>
          <S3Keys form={form} />
          <TextField label={t('backups.region')} placeholder={t('backups.optional')} hint={t('backups.regionHint')} {...field('s3Region')} />
        </>
      )}
      {errors.location && <Problem text={errors.location} />}
    </>
  );
}

function S3Keys({ form: { draft, errors, isNew, change } }: { form: TargetForm }) {
  return (
    <div className={css.pair}>
      <TextField
        label={t('backups.accessKey')} error={errors.accessKey} value={draft.accessKey} autoComplete="off" spellCheck={false} autoCapitalize="none" data-testid="target-accessKey"
        onChange={(e) => change({ accessKey: e.target.value }, 'accessKey', 'location')}
      />
      <TextField
        label={t('backups.secretKey')} type="password" error={errors.secretKey} hint={isNew ? undefined : t('backups.unchanged')} value={draft.secretKey} autoComplete="new-password" data-testid="target-secretKey"
        onChange={(e) => change({ secretKey: e.target.value }, 'secretKey', 'location')}
      />
    </div>
  );
}

function Schedule({ form: { draft, change } }: { form: TargetForm }) {
  const id = useId();
  // The present one is offered, too, where it was chosen elsewhere.
  const hours = [...new Set([...INTERVALS_HOURS, draft.intervalHours])].sort((a, b) => (a || Infinity) - (b || Infinity));
  return (
    <div className={css.schedule}>
      <label htmlFor={id}>{t('backups.interval')}</label>
      <select id={id} className={css.select} value={draft.intervalHours} data-testid="target-interval" onChange={(e) => change({ intervalHours: Number(e.target.value) })}>
        {hours.map((each) => <option key={each} value={each}>{describeInterval(each)}</option>)}
      </select>
    </div>
  );
}

function Continuous({ form: { draft, errors, change } }: { form: TargetForm }) {
  return (
    <>
      <Checkbox
        checked={draft.isContinuous} title={t('backups.continuous')} hint={t('backups.continuousHint')} testId="target-continuous"
        onChange={(isContinuous) => change({ isContinuous }, 'continuous')}
      />
      {errors.continuous && <Problem text={errors.continuous} />}
    </>
  );
}

const HelpLink = () => <a href={browserPath('/help/backup')} target="_blank" rel="noreferrer">{t('backups.help')}</a>;

function Problem({ text }: { text: string }) {
  return <p className={css.problem} role="alert" data-testid="target-problem"><CircleAlert size={16} aria-hidden />{text}</p>;
}
