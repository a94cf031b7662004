/** A photo with who and when on it; a drawing of the scene stands in where there is no picture. */
import { IconCamera } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { Scene, type SceneName } from './scene.tsx';
import { text } from './text.ts';

export interface PhotoProps {
  src?: string | null;
  /** Drawn when there is no `src`. */
  scene?: SceneName;
  caption?: string;
  alt?: string;
  height?: number | string;
}

export function Photo({ src, scene, caption, alt, height = 136 }: PhotoProps): ReactNode {
  const t = useText(text);
  return (
    <figure className="photo" style={{ height }}>
      {src ? (
        <img src={src} alt={alt ?? caption ?? t('photo')} loading="lazy" />
      ) : (
        <Scene name={scene ?? 'broken'} />
      )}
      {caption ? <figcaption>{caption}</figcaption> : null}
    </figure>
  );
}

/** Takes or chooses photos; the whole field is the button. */
export function PhotoInput(props: {
  photos: readonly File[];
  onChange: (photos: File[]) => void;
  label: string;
}): ReactNode {
  const t = useText(text);
  return (
    <label className="photo-input">
      <IconCamera size={20} aria-hidden />
      <span>
        {props.photos.length > 0 ? t('photosN', { n: props.photos.length }) : t('addPhoto')}
      </span>
      <input
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple
        aria-label={props.label}
        className="visually-hidden"
        onChange={(event) => props.onChange([...(event.target.files ?? [])])}
      />
    </label>
  );
}
