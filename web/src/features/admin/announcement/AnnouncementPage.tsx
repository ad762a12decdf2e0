// The announcement banner: its text and colours, with a preview.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { getConfig, patchConfig, type Config } from '@/api/config';
import { Button, Checkbox, TextField } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { Announcement } from '@/messages/Announcement';
import { toast, toastError } from '@/state/ui';
import { Card, Group, Page, PageError } from '../Page';
import { contrast, CONTRAST_MIN } from './contrast';
import css from './announcement.module.css';

// As they are called in Mattermost's configuration.
interface Banner {
  EnableBanner: boolean;
  BannerText: string;
  BannerColor: string;
  BannerTextColor: string;
  AllowBannerDismissal: boolean;
}

const SECTION = 'AnnouncementSettings';
const CONFIG = ['admin', 'config'];
const TEXT_CHARS_MAX = 1024;

export default function AnnouncementPage() {
  const query = useQuery({ queryKey: CONFIG, queryFn: getConfig, staleTime: 0 });
  return (
    <Page title={t('announcement.title')} text={t('announcement.text')}>
      {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton width="100%" height={260} />}
      {query.data && <AnnouncementForm config={query.data} />}
    </Page>
  );
}

function AnnouncementForm({ config }: { config: Config }) {
  const client = useQueryClient();
  const [banner, setBanner] = useState(() => config[SECTION] as unknown as Banner);
  const [busy, setBusy] = useState(false);
  const change = (patch: Partial<Banner>) => setBanner({ ...banner, ...patch });
  const isMissing = banner.EnableBanner && banner.BannerText.trim() === '';
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { EnableBanner, BannerText, BannerColor, BannerTextColor, AllowBannerDismissal } = banner;
      client.setQueryData(CONFIG, await patchConfig({ [SECTION]: { EnableBanner, BannerText: BannerText.trim(), BannerColor, BannerTextColor, AllowBannerDismissal } }));
      toast(t('announcement.saved'), 'success');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <>
      <Group title={t('announcement.preview')}>
        <div className={css.preview}>
          <Announcement text={banner.BannerText.trim() || t('announcement.empty')} background={banner.BannerColor} color={banner.BannerTextColor} />
        </div>
      </Group>
      <Card>
        <form className={css.form} onSubmit={(event) => void save(event)} data-testid="announcement-form">
          <Checkbox checked={banner.EnableBanner} title={t('announcement.enabled')} testId="announcement-enabled" onChange={(EnableBanner) => change({ EnableBanner })} />
          <TextField
            label={t('announcement.textLabel')} maxLength={TEXT_CHARS_MAX} value={banner.BannerText} hint={t('announcement.hint')} error={isMissing ? t('announcement.empty') : null}
            data-testid="announcement-text" onChange={(e) => change({ BannerText: e.target.value })}
          />
          <div className={css.colors}>
            <TextField label={t('announcement.background')} type="color" className={css.color} value={banner.BannerColor} data-testid="announcement-background" onChange={(e) => change({ BannerColor: e.target.value })} />
            <TextField label={t('announcement.textColor')} type="color" className={css.color} value={banner.BannerTextColor} data-testid="announcement-text-color" onChange={(e) => change({ BannerTextColor: e.target.value })} />
            {contrast(banner.BannerColor, banner.BannerTextColor) < CONTRAST_MIN && <p className={css.warning} role="status" data-testid="announcement-low-contrast">{t('announcement.lowContrast')}</p>}
          </div>
          <Checkbox checked={banner.AllowBannerDismissal} title={t('announcement.dismiss')} hint={t('announcement.dismissHint')} testId="announcement-dismiss" onChange={(AllowBannerDismissal) => change({ AllowBannerDismissal })} />
          <div><Button type="submit" variant="primary" busy={busy} disabled={isMissing} data-testid="announcement-save">{t('announcement.save')}</Button></div>
        </form>
      </Card>
    </>
  );
}
