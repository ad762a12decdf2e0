// A dialog that an integration asks with: its elements as fields, its errors beside them, and its next step in its place.
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { lookUpOptions, submitDialog, type DialogElement, type DialogRequest, type Entered, type IntegrationForm, type Submission } from '@/api/integrations';
import { currentTeam } from '@/data/screen';
import { Button, Checkbox, RadioCard, TextArea, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t } from '@/i18n';
import type { Choice } from '@/lib/choices';
import { Markdown } from '@/messages/markdown/Markdown';
import { useChoicesOf } from '@/state/choices';
import { useEntities } from '@/state/store';
import { closeDialog, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import fields from './attributes.module.css';
import { initialValues, isMultiple, optionsOf, problems, submissionOf } from './integrationForm';

const TEXTAREA_CHARS_MAX = 3000;
const TEXT_CHARS_MAX = 150;

export function IntegrationDialog({ request, channelId }: { request: DialogRequest; channelId: string }) {
  const [form, setForm] = useState<IntegrationForm>(request.dialog);
  const [entered, setEntered] = useState<Entered>(() => initialValues(request.dialog.elements));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const team = useEntities((s) => currentTeam(s));
  const submission = (url: string, more: Partial<Submission>): Submission => ({
    url, callback_id: form.callback_id, state: form.state, channel_id: channelId, team_id: team?.id ?? '',
    submission: submissionOf(form.elements, entered), cancelled: false, ...more,
  });
  const show = (next: IntegrationForm, kept: Entered) => {
    setForm(next);
    setEntered({ ...initialValues(next.elements), ...kept });
  };
  const send = async () => {
    const found = problems(form.elements, entered);
    setErrors(found);
    setError('');
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const answer = await submitDialog(submission(request.url, {}));
      if (answer.error || answer.errors) {
        setErrors(answer.errors ?? {});
        setError(answer.error ?? '');
      } else if (answer.form) {
        show(answer.form, {});
      } else {
        closeDialog();
      }
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
    }
    setBusy(false);
  };
  const cancel = () => {
    closeDialog();
    if (form.notify_on_cancel) submitDialog(submission(request.url, { submission: {}, cancelled: true })).catch(toastError);
  };
  const change = (element: DialogElement, value: Entered[string]) => {
    const next = { ...entered, [element.name]: value };
    setEntered(next);
    if (!element.refresh || !form.source_url) return;
    submitDialog(submission(form.source_url, { type: 'refresh', submission: { ...submissionOf(form.elements, next), selected_field: element.name } }))
      .then((answer) => { if (answer.form) show(answer.form, next); }, toastError);
  };
  const lookUp = (element: DialogElement, query: string, signal: AbortSignal) =>
    lookUpOptions(submission(element.data_source_url ?? '', { submission: { ...submissionOf(form.elements, entered), query, selected_field: element.name } }), { signal });
  return (
    <Dialog title={form.title} closeLabel={t('action.close')} onClose={cancel} testId="integration-dialog">
      <form className={css.form} onSubmit={(e) => { e.preventDefault(); void send(); }}>
        {form.introduction_text && <Markdown text={form.introduction_text} team={team?.name ?? ''} />}
        {form.elements.map((element) => (
          <Element key={element.name} element={element} value={entered[element.name] ?? ''} error={errors[element.name]} lookUp={lookUp} onChange={(value) => change(element, value)} />
        ))}
        {error && <p role="alert" className={fields.error} data-testid="integration-error">{error}</p>}
        <div className={css.buttons}>
          <Button onClick={cancel}>{t('action.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy} data-testid="integration-submit">{form.submit_label || t('integration.submit')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ElementProps {
  element: DialogElement;
  value: Entered[string];
  error?: string;
  lookUp: (element: DialogElement, query: string, signal: AbortSignal) => Promise<{ items: Choice[] }>;
  onChange: (value: Entered[string]) => void;
}

function Element(props: ElementProps) {
  const { element, value, error, onChange } = props;
  const label = element.optional ? t('integration.optional', { name: element.display_name }) : element.display_name;
  const common = { label, hint: element.help_text || undefined, error, placeholder: element.placeholder, 'data-testid': `field-${element.name}` };
  switch (element.type) {
    case 'textarea':
      return <TextArea {...common} rows={4} maxLength={element.max_length || TEXTAREA_CHARS_MAX} value={String(value)} onChange={(e) => onChange(e.target.value)} />;
    case 'bool':
      return <Group label={label} error={error}><Checkbox title={element.placeholder || element.display_name} hint={element.help_text || undefined} checked={value === true} testId={`field-${element.name}`} onChange={onChange} /></Group>;
    case 'radio':
      return <Group label={label} hint={element.help_text} error={error}>{optionsOf(element).map((option) => <RadioCard key={option.value} name={element.name} title={option.text} checked={value === option.value} onChoose={() => onChange(option.value)} />)}</Group>;
    case 'date':
    case 'datetime':
      return <TextField {...common} type={element.type === 'date' ? 'date' : 'datetime-local'} value={String(value)} onChange={(e) => onChange(e.target.value)} />;
    case 'select':
    case 'checkbox_group':
      return isMultiple(element) ? <Several {...props} label={label} /> : <One {...props} label={label} />;
    case 'text':
      return <TextField {...common} type={textType(element.subtype)} maxLength={element.max_length || TEXT_CHARS_MAX} value={String(value)} onChange={(e) => onChange(e.target.value)} />;
    default:
      return <Group label={label} hint={t('integration.notHere')} />;
  }
}

const textType = (subtype = '') => (['email', 'tel', 'url', 'password'].includes(subtype) ? subtype : 'text');

function Group({ label, hint, error, children }: { label: string; hint?: string; error?: string; children?: React.ReactNode }) {
  return (
    <fieldset className={fields.field}>
      <legend>{label}</legend>
      {children}
      {error ? <p role="alert" className={fields.error}>{error}</p> : hint && <p className={fields.managed}>{hint}</p>}
    </fieldset>
  );
}

function useChoices(element: DialogElement, query: string, lookUp: ElementProps['lookUp']): Choice[] {
  const known = useChoicesOf(element.data_source);
  const isDynamic = element.data_source === 'dynamic';
  const found = useQuery({
    queryKey: ['dialog-options', element.data_source_url, element.name, query],
    queryFn: ({ signal }) => lookUp(element, query, signal),
    enabled: isDynamic, staleTime: 10_000,
  });
  if (isDynamic) return found.data?.items ?? [];
  return known ?? optionsOf(element);
}

function One({ element, value, error, label, lookUp, onChange }: ElementProps & { label: string }) {
  const id = useId();
  const [query, setQuery] = useState('');
  const choices = useChoices(element, query, lookUp);
  return (
    <div className={fields.field}>
      <label htmlFor={id}>{label}</label>
      {element.data_source === 'dynamic' && <TextField value={query} placeholder={t('integration.lookUp')} aria-label={t('integration.lookUp')} data-testid={`search-${element.name}`} onChange={(e) => setQuery(e.target.value)} />}
      <select id={id} className={fields.select} value={String(value)} data-testid={`field-${element.name}`} onChange={(e) => onChange(e.target.value)}>
        <option value="">{element.placeholder || t('integration.none')}</option>
        {choices.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
      </select>
      {error ? <p role="alert" className={fields.error}>{error}</p> : element.help_text && <p className={fields.managed}>{element.help_text}</p>}
    </div>
  );
}

function Several({ element, value, error, label, lookUp, onChange }: ElementProps & { label: string }) {
  const choices = useChoices(element, '', lookUp);
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <Group label={label} hint={element.help_text} error={error}>
      {choices.map((option) => <Checkbox key={option.value} title={option.text} checked={chosen.includes(option.value)} testId={`field-${element.name}-${option.value}`} onChange={(on) => toggle(option.value, on)} />)}
    </Group>
  );
}
