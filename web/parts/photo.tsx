/** A photo with who and when on it; a drawing of the scene stands in where there is no picture. */
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
