// A page whose form is a section of the configuration: loaded, changed and saved as a whole.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { getConfig, patchConfig, type Config } from '@/api/config';
import { Skeleton } from '@/design/primitives';
import { t, type AdminMessageKey } from '@/i18n/admin';
import { toast, toastError } from '@/state/ui';
import { Page, PageError } from './Page';

const CONFIG = ['admin', 'config'];

interface SectionPageProps {
  title: string;
  text: string;
  // Of the form, while it is loading.
  height: number;
  form: (config: Config) => ReactNode;
  children?: ReactNode;
}

export function SectionPage({ title, text, height, form, children }: SectionPageProps) {
  const query = useQuery({ queryKey: CONFIG, queryFn: getConfig, staleTime: 0 });
  return (
    <Page title={title} text={text}>
      {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton width="100%" height={height} />}
      {query.data && form(query.data)}
      {children}
    </Page>
  );
}

interface SectionForm<Values> {
  values: Values;
  change: (patch: Partial<Values>) => void;
  busy: boolean;
  onSubmit: (event: FormEvent) => void;
}

// `toSave` chooses what is sent: a section may have more than the form shows.
export function useSection<Values>(config: Config, section: string, toSave: (values: Values) => Values, saved: AdminMessageKey): SectionForm<Values> {
  const client = useQueryClient();
  const [values, setValues] = useState(() => config[section] as unknown as Values);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      client.setQueryData(CONFIG, await patchConfig({ [section]: toSave(values) } as Config));
      toast(t(saved), 'success');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return {
    values,
    change: (patch) => setValues({ ...values, ...patch }),
    busy,
    onSubmit: (event) => {
      event.preventDefault();
      void save();
    },
  };
}
