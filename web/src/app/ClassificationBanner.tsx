// How confidential the server is, on every page. Nobody can close it.
import { Classification } from '@/messages/Classification';
import { useEntities } from '@/state/store';

const PREFIX = 'ClassificationMarkingsGlobalBanner';

export function ClassificationBanner({ position }: { position: 'top' | 'bottom' }) {
  const isShown = useEntities((s) => s.config[`${PREFIX}Enabled`] === 'true' && (position === 'top' || s.config[`${PREFIX}Placement`] === 'top_and_bottom'));
  const level = useEntities((s) => (s.config[`${PREFIX}LevelName`] ?? '').trim());
  const text = useEntities((s) => (s.config[`${PREFIX}Text`] ?? '').trim());
  const background = useEntities((s) => s.config[`${PREFIX}Color`] ?? '');
  const color = useEntities((s) => s.config[`${PREFIX}TextColor`] ?? '');
  if (!isShown || level === '') return null;
  return <Classification level={level} text={text} background={background} color={color} testId={`classification-${position}`} />;
}
