/** Whether this tab came to the platform just now, by its root address. */

const key = 'gt.arrived';

const firstInTab = (): boolean => {
  try {
    const first = sessionStorage.getItem(key) === null;
    sessionStorage.setItem(key, 'yes');
    return first;
  } catch {
    return false; // no storage: every page is as good a place to begin
  }
};

let fresh = typeof window !== 'undefined' && firstInTab() && window.location.pathname === '/';

/** True once, for a tab that opened the root address first. */
export function takeArrival(): boolean {
  const was = fresh;
  fresh = false;
  return was;
}
