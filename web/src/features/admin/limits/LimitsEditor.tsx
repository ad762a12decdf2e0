// The dialog in which the limits of one person, role, channel or team are set, or those for all.
import { useState } from 'react';
import { Button, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t as tApp } from '@/i18n';
import { t } from '@/i18n/admin';
import type { LimitValues } from '@/api/limits';
import { toastError } from '@/state/ui';
import { fromEntry, LIMITS, toEntry, UNITS, type Entry, type LimitName } from './values';
import css from './limits.module.css';

interface LimitsEditorProps {
  name: string;
  values: Partial<LimitValues>;
  // Those that can be set.
  limits: readonly LimitName[];
  // Without it, each is either limited or not.
  hasDefault: boolean;
  onSave: (values: LimitValues) => Promise<void>;
  onRemove?: () => Promise<void>;
  onClose: () => void;
}

export function LimitsEditor({ name, values, limits, hasDefault, onSave, onRemove, onClose }: LimitsEditorProps) {
  const shown = LIMITS.filter((limit) => limits.includes(limit.name));
  const [entries, setEntries] = useState<Partial<Record<LimitName, Entry>>>(() => Object.fromEntries(shown.map(({ name: key, isSize }) => [key, toEntry(values[key], isSize)])));
  const [busy, setBusy] = useState(false);
  const [wasTried, setWasTried] = useState(false);
  const read = (key: LimitName) => { const entry = entries[key]; return entry ? fromEntry(entry) : null; };
  const isReadable = shown.every(({ name: key }) => read(key) !== undefined);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      onClose();
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  const save = () => {
    setWasTried(true);
    if (!isReadable) return;
    const all = Object.fromEntries(LIMITS.map(({ name: key }) => [key, read(key) ?? null])) as unknown as LimitValues;
    const isEmpty = Object.values(all).every((value) => value === null);
    void run(async () => { if (!isEmpty) await onSave(all); else if (onRemove) await onRemove(); });
  };
  const change = (key: LimitName, part: Partial<Entry>) => setEntries((all) => ({ ...all, [key]: { ...all[key], ...part } as Entry }));
  return (
    <Dialog
      title={t('limits.editTitle', { name })} closeLabel={tApp('action.close')} onClose={onClose} testId="limits-editor"
      footer={(
        <>
          {onRemove && <Button variant="ghost" disabled={busy} data-testid="limits-remove" onClick={() => void run(onRemove)}>{t('limits.remove')}</Button>}
          <Button onClick={onClose}>{t('limits.cancel')}</Button>
          <Button variant="primary" busy={busy} data-testid="limits-save" onClick={save}>{t('limits.save')}</Button>
        </>
      )}
    >
      <div className={css.fields}>
        {shown.map(({ name: key, title, isSize }) => {
          const entry = entries[key];
          if (!entry) return null;
          return (
            <fieldset key={key} className={css.limit} data-testid={`limit-${key}`}>
              <legend>{t(title)}</legend>
              <div className={css.entry}>
                <select className={css.select} aria-label={t(title)} value={entry.mode} onChange={(e) => change(key, { mode: e.target.value as Entry['mode'] })}>
                  {hasDefault && <option value="default">{t('limits.default')}</option>}
                  <option value="none">{t('limits.none')}</option>
                  <option value="custom">{t('limits.custom')}</option>
                </select>
                {entry.mode === 'custom' && (
                  <TextField aria-label={t('limits.number')} inputMode="decimal" value={entry.number} onChange={(e) => change(key, { number: e.target.value })} error={wasTried && read(key) === undefined ? t('limits.wholeNumber') : null} />
                )}
                {entry.mode === 'custom' && isSize && (
                  <select className={css.unit} aria-label={t('limits.unit')} value={entry.unit} onChange={(e) => change(key, { unit: Number(e.target.value) })}>
                    {UNITS.map(([unit, bytes]) => <option key={unit} value={bytes}>{unit}</option>)}
                  </select>
                )}
              </div>
            </fieldset>
          );
        })}
      </div>
    </Dialog>
  );
}
