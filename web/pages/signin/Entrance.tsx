/** What stands around the two ways in: the scene at the left, the mark and the reading above. */
import type { ReactNode } from 'react';
import { Mark, Reading, Scene } from '#web/parts';
import './signin.css';

export function Entrance({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className="signin">
      <div className="signin-scene" aria-hidden="true">
        <Scene name="repaired" />
      </div>
      <div className="signin-side">
        <div className="row">
          <Mark />
          <span className="grow" />
          <Reading />
        </div>
        <div className="signin-form">{children}</div>
      </div>
    </div>
  );
}
