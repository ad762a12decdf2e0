// The classification banner: its level, text and colours, with a preview.
import type { Config } from '@/api/config';
import { Button, Checkbox, RadioCard, TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import { Classification } from '@/messages/Classification';
import { contrast, CONTRAST_MIN } from '../announcement/contrast';
import { Card, Group } from '../Page';
import { useMay } from '../permissions';
import { SectionPage, useSection } from '../section';
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
const placements = [['top', 'classification.top'], ['top_and_bottom', 'classification.topAndBottom']] as const;

export default function ClassificationPage() {
  return (
    <SectionPage title={t('classification.title')} text={t('classification.text')} height={260} form={(config) => <ClassificationForm config={config} />} />
  );
}

const toSave = (banner: Banner): Banner => ({ ...banner, Level: banner.Level.trim(), Text: banner.Text.trim() });

function ClassificationForm({ config }: { config: Config }) {
  const { values: banner, change, busy, onSubmit } = useSection<Banner>(config, SECTION, toSave, 'classification.saved');
  const mayChange = useMay('sysconsole_write_site_announcement_banner');
  const isMissing = banner.EnableBanner && banner.Level.trim() === '';
  return (
    <>
      <Group title={t('announcement.preview')}>
        <div className={css.preview}>
          <Classification level={banner.Level.trim() || t('classification.empty')} text={banner.Text.trim()} background={banner.BackgroundColor} color={banner.TextColor} />
        </div>
      </Group>
      <Card>
        <form className={css.form} onSubmit={onSubmit} data-testid="classification-form">
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
