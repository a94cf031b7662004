/** `/cockpit` leads to the page of the reader's own unit, as high as he reaches. */
import type { ReactNode } from 'react';
import { Navigate } from 'react-router';
import { useMe } from '#web/client';

/**
 * Division codes have 6 digits (district), 9 (town) or 12 (village); departments look at the
 * district.
 */
const cockpitCode = (path: string): string => {
  const codes = path.split('/').filter((code) => /^(\d{6}|\d{9}|\d{12})$/.test(code));
  return codes.at(-1) ?? '';
};

export default function MyUnit(): ReactNode {
  const me = useMe().data;
  if (!me) return null;
  const codes = (me.actor?.roles ?? []).map((role) => cockpitCode(role.path)).filter(Boolean);
  const widest = [...codes].sort((a, b) => a.length - b.length)[0] ?? me.district.code;
  return <Navigate to={`/cockpit/${widest}`} replace />;
}
