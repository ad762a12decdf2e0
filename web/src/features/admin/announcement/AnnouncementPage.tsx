// The announcement banner: its text and colours, with a preview.
import type { Config } from '@/api/config';
import { Button, Checkbox, TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import { Announcement } from '@/messages/Announcement';
import { Card, Group } from '../Page';
import { useMay } from '../permissions';
import { SectionPage, useSection } from '../section';
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
const TEXT_CHARS_MAX = 1024;

export default function AnnouncementPage() {
  return (
    <SectionPage title={t('announcement.title')} text={t('announcement.text')} height={260} form={(config) => <AnnouncementForm config={config} />} />
  );
}

// The section has more than the form.
const toSave = ({ EnableBanner, BannerText, BannerColor, BannerTextColor, AllowBannerDismissal }: Banner): Banner =>
  ({ EnableBanner, BannerText: BannerText.trim(), BannerColor, BannerTextColor, AllowBannerDismissal });

function AnnouncementForm({ config }: { config: Config }) {
  const { values: banner, change, busy, onSubmit } = useSection<Banner>(config, SECTION, toSave, 'announcement.saved');
  const mayChange = useMay('sysconsole_write_site_announcement_banner');
  const isMissing = banner.EnableBanner && banner.BannerText.trim() === '';
  return (
    <>
      <Group title={t('announcement.preview')}>
        <div className={css.preview}>
          <Announcement text={banner.BannerText.trim() || t('announcement.empty')} background={banner.BannerColor} color={banner.BannerTextColor} />
        </div>
      </Group>
      <Card>
        <form className={css.form} onSubmit={onSubmit} data-testid="announcement-form">
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
          <div><Button type="submit" variant="primary" busy={busy} disabled={!mayChange || isMissing} data-testid="announcement-save">{t('announcement.save')}</Button></div>
        </form>
      </Card>
    </>
  );
}
