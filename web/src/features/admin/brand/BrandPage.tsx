// How the server is called, and how the page looks where people log in.
import { useRef, useState } from 'react';
import { brandImageUrl, removeBrandImage, uploadBrandImage } from '@/api/brand';
import type { Config } from '@/api/config';
import { Button, Checkbox, TextArea, TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import { toastError } from '@/state/ui';
import { Card, Group } from '../Page';
import { useMay } from '../permissions';
import { SectionPage, useSection } from '../section';
import css from './brand.module.css';

// As they are called in Mattermost's configuration.
interface Brand {
  SiteName: string;
  CustomDescriptionText: string;
  EnableCustomBrand: boolean;
  CustomBrandText: string;
}

const SECTION = 'TeamSettings';

export default function BrandPage() {
  return (
    <SectionPage title={t('brand.title')} text={t('brand.text')} height={320} form={(config) => <BrandForm config={config} />}>
      <Group title={t('brand.image')}><BrandImage /></Group>
    </SectionPage>
  );
}

// The section has more than the form.
const toSave = ({ SiteName, CustomDescriptionText, EnableCustomBrand, CustomBrandText }: Brand): Brand =>
  ({ SiteName: SiteName.trim(), CustomDescriptionText, EnableCustomBrand, CustomBrandText });

function BrandForm({ config }: { config: Config }) {
  const { values: brand, change, busy, onSubmit } = useSection<Brand>(config, SECTION, toSave, 'brand.saved');
  const mayChange = useMay('sysconsole_write_site_customization');
  return (
    <Card>
      <form className={css.form} onSubmit={onSubmit} data-testid="brand-form">
        <TextField label={t('brand.name')} maxLength={64} required value={brand.SiteName} data-testid="brand-name" onChange={(e) => change({ SiteName: e.target.value })} />
        <TextField label={t('brand.description')} hint={t('brand.descriptionHint')} maxLength={1024} value={brand.CustomDescriptionText} data-testid="brand-description" onChange={(e) => change({ CustomDescriptionText: e.target.value })} />
        <Checkbox checked={brand.EnableCustomBrand} title={t('brand.enabled')} hint={t('brand.enabledHint')} testId="brand-enabled" onChange={(EnableCustomBrand) => change({ EnableCustomBrand })} />
        <TextArea label={t('brand.brandText')} hint={t('brand.brandTextHint')} rows={3} maxLength={500} value={brand.CustomBrandText} data-testid="brand-custom-text" onChange={(e) => change({ CustomBrandText: e.target.value })} />
        <div><Button type="submit" variant="primary" busy={busy} disabled={!mayChange || brand.SiteName.trim() === ''} data-testid="brand-save">{t('brand.save')}</Button></div>
      </form>
    </Card>
  );
}

function BrandImage() {
  const [version, setVersion] = useState(() => Date.now());
  const [hasImage, setHasImage] = useState(true);
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const mayChange = useMay('edit_brand');
  const change = async (work: Promise<unknown>) => {
    setBusy(true);
    try {
      await work;
      setHasImage(true);
      setVersion(Date.now());
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <Card className={css.imageCard}>
      {hasImage
        ? <img key={version} className={css.image} src={brandImageUrl(version)} alt={t('brand.image')} data-testid="brand-preview" onError={() => setHasImage(false)} />
        : <p className={css.none} data-testid="brand-no-image">{t('brand.none')}</p>}
      <div className={css.buttons}>
        <Button busy={busy} disabled={!mayChange} onClick={() => file.current?.click()}>{t('brand.upload')}</Button>
        {hasImage && <Button variant="danger" disabled={busy || !mayChange} data-testid="brand-remove" onClick={() => void change(removeBrandImage())}>{t('brand.remove')}</Button>}
        <input
          ref={file} type="file" accept="image/png,image/jpeg,image/gif,image/webp" hidden data-testid="brand-file"
          onChange={(e) => { const image = e.target.files?.[0]; e.target.value = ''; if (image) void change(uploadBrandImage(image)); }}
        />
      </div>
      <p className={css.hint}>{t('brand.imageHint')}</p>
    </Card>
  );
}
