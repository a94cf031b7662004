/** Keys of a desk: single keys act unless somebody is typing. */
import { useEffect, useRef } from 'react';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * `useKeys({ j: next, k: previous, Enter: open, '/': search })`. Letters are matched without regard
 * to case. Keys with Ctrl, Alt or Meta stay the browser's. Enter and Space stay with the button or
 * link that has the focus.
 */
export function useKeys(keys: Record<string, (() => void) | undefined>, active = true): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector('.ant-modal-wrap:not([style*="display: none"])') !== null) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const onControl = event.target instanceof HTMLElement && event.target.closest('button, a');
      if (onControl && (key === 'Enter' || key === ' ')) return;
      const act = current.current[key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [active]);
}
