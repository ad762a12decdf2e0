// The terms of service: their text, and whether people are asked to agree.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { getConfig, patchConfig, type Config } from '@/api/config';
import { ApiError } from '@/api/core';
import { createTermsOfService, getTermsOfService } from '@/api/terms';
import { Button, Checkbox, TextArea, TextField } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { toast, toastError } from '@/state/ui';
import { Card, Page, PageError } from '../Page';
import { useMay } from '../permissions';
import css from './terms.module.css';

const SECTION = 'SupportSettings';
const QUERY = ['admin', 'terms'];
const DAYS_MAX = 36_500;

async function load(): Promise<{ config: Config; text: string }> {
  const none = (error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return { text: '' };
    throw error;
  };
  const [config, { text }] = await Promise.all([getConfig(), getTermsOfService().catch(none)]);
  return { config, text };
}

export default function TermsPage() {
  const query = useQuery({ queryKey: QUERY, queryFn: load, staleTime: 0, gcTime: 0 });
  return (
    <Page title={t('terms.title')} text={t('terms.text')}>
      {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton width="100%" height={320} />}
      {query.data && <TermsForm config={query.data.config} stored={query.data.text} />}
    </Page>
  );
}

function TermsForm({ config, stored }: { config: Config; stored: string }) {
  const client = useQueryClient();
  const [enabled, setEnabled] = useState(config[SECTION]?.CustomTermsOfServiceEnabled === true);
  const [days, setDays] = useState(String(config[SECTION]?.CustomTermsOfServiceReAcceptancePeriod ?? 365));
  const [text, setText] = useState(stored);
  const [busy, setBusy] = useState(false);
  const mayChange = useMay('sysconsole_write_compliance_custom_terms_of_service');
  const isMissing = text.trim() === '' && (enabled || stored !== '');
  const isDaysValid = /^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= DAYS_MAX;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      // The text first: nobody is asked to agree to a former one.
      if (text.trim() !== '') await createTermsOfService(text);
      await patchConfig({ [SECTION]: { CustomTermsOfServiceEnabled: enabled, CustomTermsOfServiceReAcceptancePeriod: Number(days) } });
      toast(t('terms.saved'), 'success');
      await client.invalidateQueries({ queryKey: QUERY });
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <Card>
      <form className={css.form} onSubmit={(event) => void save(event)} data-testid="terms-form">
        <Checkbox checked={enabled} title={t('terms.enabled')} hint={t('terms.enabledHint')} testId="terms-enabled" onChange={setEnabled} />
        <TextArea label={t('terms.textLabel')} rows={14} maxLength={16_383} className={css.text} value={text} hint={t('terms.textHint')} error={isMissing ? t('terms.missing') : null} data-testid="terms-text" onChange={(e) => setText(e.target.value)} />
        <TextField label={t('terms.days')} inputMode="numeric" className={css.days} value={days} hint={t('terms.daysHint')} error={isDaysValid ? null : t('terms.invalidDays')} data-testid="terms-days" onChange={(e) => setDays(e.target.value)} />
        <div><Button type="submit" variant="primary" busy={busy} disabled={!mayChange || isMissing || !isDaysValid} data-testid="terms-save">{t('terms.save')}</Button></div>
      </form>
    </Card>
  );
}
