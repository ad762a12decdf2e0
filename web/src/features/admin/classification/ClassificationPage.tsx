// The classification banner: its level, text and colours, with a preview.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { getConfig, patchConfig, type Config } from '@/api/config';
import { Button, Checkbox, RadioCard, TextField } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { Classification } from '@/messages/Classification';
import { toast, toastError } from '@/state/ui';
import { contrast, CONTRAST_MIN } from '../announcement/contrast';
import { Card, Group, Page, PageError } from '../Page';
import { useMay } from '../permissions';
import css from '../announcement/announcement.module.css';

// As they are called in the configuration.
interface Banner {
  EnableBanner: boolean;
  Level: string;
  Text: string;
  BackgroundColor: string;
  TextColor: string;
  Placement: string;
}

const SECTION = 'ClassificationSettings';
const CONFIG = ['admin', 'config'];
const placements = [['top', 'classification.top'], ['top_and_bottom', 'classification.topAndBottom']] as const;

export default function ClassificationPage() {
  const query = useQuery({ queryKey: CONFIG, queryFn: getConfig, staleTime: 0 });
  return (
    <Page title={t('classification.title')} text={t('classification.text')}>
      {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton width="100%" height={260} />}
      {query.data && <ClassificationForm config={query.data} />}
    </Page>
  );
}

function ClassificationForm({ config }: { config: Config }) {
  const client = useQueryClient();
  const [banner, setBanner] = useState(() => config[SECTION] as unknown as Banner);
  const [busy, setBusy] = useState(false);
  const mayChange = useMay('sysconsole_write_site_announcement_banner');
  const change = (patch: Partial<Banner>) => setBanner({ ...banner, ...patch });
  const isMissing = banner.EnableBanner && banner.Level.trim() === '';
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      client.setQueryData(CONFIG, await patchConfig({ [SECTION]: { ...banner, Level: banner.Level.trim(), Text: banner.Text.trim() } }));
      toast(t('classification.saved'), 'success');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <>
      <Group title={t('announcement.preview')}>
        <div className={css.preview}>
          <Classification level={banner.Level.trim() || t('classification.empty')} text={banner.Text.trim()} background={banner.BackgroundColor} color={banner.TextColor} />
        </div>
      </Group>
      <Card>
        <form className={css.form} onSubmit={(event) => void save(event)} data-testid="classification-form">
          <Checkbox checked={banner.EnableBanner} title={t('announcement.enabled')} testId="classification-enabled" onChange={(EnableBanner) => change({ EnableBanner })} />
          <TextField
            label={t('classification.level')} maxLength={64} value={banner.Level} hint={t('classification.levelHint')} error={isMissing ? t('classification.empty') : null}
            data-testid="classification-level" onChange={(e) => change({ Level: e.target.value })}
          />
          <TextField label={t('classification.more')} maxLength={256} value={banner.Text} hint={t('classification.moreHint')} data-testid="classification-text" onChange={(e) => change({ Text: e.target.value })} />
          <div className={css.colors}>
            <TextField label={t('announcement.background')} type="color" className={css.color} value={banner.BackgroundColor} data-testid="classification-background" onChange={(e) => change({ BackgroundColor: e.target.value })} />
            <TextField label={t('announcement.textColor')} type="color" className={css.color} value={banner.TextColor} data-testid="classification-text-color" onChange={(e) => change({ TextColor: e.target.value })} />
            {contrast(banner.BackgroundColor, banner.TextColor) < CONTRAST_MIN && <p className={css.warning} role="status">{t('announcement.lowContrast')}</p>}
          </div>
          {placements.map(([id, title]) => <RadioCard key={id} name="placement" checked={banner.Placement === id} title={t(title)} onChoose={() => change({ Placement: id })} />)}
          <div><Button type="submit" variant="primary" busy={busy} disabled={!mayChange || isMissing} data-testid="classification-save">{t('announcement.save')}</Button></div>
        </form>
      </Card>
    </>
  );
}
