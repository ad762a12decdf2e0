// What few people change: how many backups are kept, and how much of the network a backup may use.
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import css from './backups.module.css';
import type { TargetForm } from './useTargetForm';
import { describeRate, describeRetention, PERIODS, readRate, readRetention } from './words';

export function TargetOptions({ form: { draft, errors, change } }: { form: TargetForm }) {
  const [isOpen, setOpen] = useState(false);
  const keep = readRetention(draft.keep);
  const rate = readRate(draft.rate);
  const words = [keep && describeRetention(keep), rate !== undefined && rate > 0 && describeRate(rate)].filter(Boolean).join('; ');
  const isWrong = Boolean(errors.keep ?? errors.rate);
  return (
    // What is wrong must be seen.
    <details className={css.options} open={isOpen || isWrong} onToggle={(e) => setOpen(e.currentTarget.open)} data-testid="target-options">
      <summary><ChevronRight size={16} aria-hidden /><span><b>{t('backups.options')}</b>{words && <span className={css.words}>{words}.</span>}</span></summary>
      <div className={css.fields}>
        <fieldset className={css.group}>
          <legend>{t('backups.keep')}</legend>
          <div className={css.counts}>
            {(['last', ...PERIODS] as const).map((name) => (
              <TextField
                key={name} label={t(`backups.keep.${name}`)} inputMode="numeric" value={draft.keep[name]} aria-invalid={errors.keep ? true : undefined} data-testid={`target-keep-${name}`}
                onChange={(e) => change({ keep: { ...draft.keep, [name]: e.target.value } }, 'keep')}
              />
            ))}
          </div>
          {errors.keep ? <p className={css.error} role="alert">{errors.keep}</p> : <p className={css.hint}>{t('backups.keepHint')}</p>}
        </fieldset>
        <TextField
          label={t('backups.bandwidth')} hint={t('backups.bandwidthHint')} error={errors.rate} inputMode="decimal" className={css.short} value={draft.rate} data-testid="target-rate"
          onChange={(e) => change({ rate: e.target.value }, 'rate')}
        />
      </div>
    </details>
  );
}
