/** Actors for tests, without accounts or packs. */
import type { Actor } from '#kernel/auth';

let count = 0;

/**
 * An account that holds `role` in the unit at the end of `unitPath` (`330109/330109004`) and these
 * permissions.
 */
export function actor(role: string, unitPath: string, permissions: string[] = []): Actor {
  count += 1;
  const unit = unitPath.split('/').at(-1) ?? unitPath;
  return {
    kind: 'account',
    id: `${role}-${unit}-${count}`,
    name: `测试员${count}`,
    roles: [{ role, unit, path: unitPath, unitName: unit }],
    permissions: new Set(permissions),
    from: '127.0.0.1',
  };
}
