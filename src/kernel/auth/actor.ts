/** Who is asking: an account or a client, its roles in units, and what they may do. */
import type { Ctx } from '#kernel/context';
import { errorTable } from '#kernel/errors';

/** A role held in a unit; the holder sees that unit's subtree. */
export interface RoleInUnit {
  role: string;
  /** Code of a staff unit (district, town, village, grid or department). */
  unit: string;
  /** Materialised path of the unit, `330109/330109004/330109004201`; a subtree is a prefix. */
  path: string;
  /** Name of the unit in Chinese, for screens and the audit. */
  unitName: string;
}

export interface Actor {
  kind: 'account' | 'client' | 'system' | 'anonymous';
  /** Stable id; `system:<part>` for the platform itself. */
  id: string;
  /** Name for the audit; screens mask names of persons. */
  name: string;
  roles: RoleInUnit[];
  /** Union of the permissions of `roles`. */
  permissions: ReadonlySet<string>;
  /** Address the request came from. */
  from: string;
}

export const anonymous = (from: string): Actor => ({
  kind: 'anonymous',
  id: 'anonymous',
  name: '未登录',
  roles: [],
  permissions: new Set(),
  from,
});

/**
 * The platform acting on its own clock, in the name of one of its parts. It may do anything but
 * read as a person.
 */
export const systemActor = (part: string): Actor => ({
  kind: 'system',
  id: `system:${part}`,
  name: '平台',
  roles: [],
  permissions: new Set(['*']),
  from: 'local',
});

export const authErrors = errorTable('auth', {
  not_signed_in: { status: 401, zh: '请先登录', en: 'Please sign in first' },
  session_expired: { status: 401, zh: '登录已过期，请重新登录', en: 'The session has expired' },
  wrong_login: { status: 401, zh: '账号或密码不对', en: 'Wrong account or password' },
  locked: {
    status: 423,
    zh: '账号已锁定，{minutes} 分钟后再试',
    en: 'The account is locked; try again in {minutes} minutes',
  },
  code_needed: {
    status: 401,
    zh: '请输入动态验证码',
    en: 'Enter the one-time code',
  },
  wrong_code: {
    status: 401,
    zh: '动态验证码不对，或已经用过',
    en: 'The one-time code is wrong or was used already',
  },
  factor_exists: {
    status: 409,
    zh: '已经设置了动态验证码；要换手机请先解除',
    en: 'A second factor is set up already; remove it first to change the phone',
  },
  factor_missing: {
    status: 403,
    zh: '您的角色须先设置动态验证码（双因素）才能使用平台',
    en: 'Your role asks for a second factor: set it up first',
  },
  factor_required: {
    status: 409,
    zh: '您的角色必须使用动态验证码，不能解除',
    en: 'Your role asks for a second factor; it cannot be removed',
  },
  prove_first: {
    status: 403,
    zh: '这一步要再确认一次是您本人',
    en: 'Confirm once more that it is you before doing this',
  },
  no_session: { status: 404, zh: '没有这个登录', en: 'There is no such session of yours' },
  no_provider: {
    status: 404,
    zh: '平台没有接入这个统一身份认证',
    en: 'No such identity provider is set up',
  },
  way_gone: {
    status: 401,
    zh: '登录过程已过期、已用过，或换了浏览器；请重新开始',
    en: 'This sign-in has run out, was used already, or began in another browser; start again',
  },
  identity_denied: {
    status: 401,
    zh: '统一身份认证没有放行，请重试，或用账号密码登录',
    en: 'The identity provider let nobody in; try again, or sign in by password',
  },
  identity_untrusted: {
    status: 401,
    zh: '统一身份认证的答复没有通过核对，请重试；再出现请告诉系统管理员',
    en: 'The answer of the identity provider did not stand the checks; tell the administrator',
  },
  identity_away: {
    status: 503,
    zh: '暂时连不上统一身份认证，请稍后再试，或用账号密码登录',
    en: 'The identity provider cannot be reached; try again later, or sign in by password',
  },
  identity_unknown: {
    status: 403,
    zh: '这个统一身份没有对应的可用账号；请先用账号密码登录，在“我的账号”里绑定',
    en: 'No open account is linked to this identity; sign in by password and link it in My account',
  },
  identity_taken: {
    status: 409,
    zh: '这个统一身份已绑定别的账号，或您的账号已经绑定；请先解除原来的绑定',
    en: 'This identity, or your account, is linked already; take that link away first',
  },
  no_identity: {
    status: 404,
    zh: '您的账号没有绑定这个统一身份',
    en: 'Your account is not linked to this identity provider',
  },
  csrf: {
    status: 403,
    zh: '页面已失效，请刷新后再试',
    en: 'The page is stale; reload and try again',
  },
  link_used: {
    status: 401,
    zh: '登录链接已用过或已失效',
    en: 'The sign-in link was used already or has expired',
  },
  not_allowed: {
    status: 403,
    zh: '您的角色没有“{permission}”权限',
    en: 'Your role does not have the permission "{permission}"',
  },
  not_in_unit: {
    status: 403,
    zh: '您在{unit}没有“{permission}”权限',
    en: 'You do not have the permission "{permission}" in {unit}',
  },
  demo_only: { status: 403, zh: '只有演示模式可用', en: 'Available in demo mode only' },
  not_demo_account: {
    status: 404,
    zh: '演示账号里没有 {account}',
    en: 'There is no demo account {account}',
  },
  demo_not_loopback: {
    status: 500,
    zh: '演示模式只允许监听本机，不能监听 {host}；请去掉 GUANTONG_HOST 或关闭演示模式',
    en: 'Demo mode listens on loopback only, not on {host}; unset GUANTONG_HOST or turn demo off',
  },
  no_account: {
    status: 404,
    zh: '没有账号 {account}，或它已停用',
    en: 'There is no account {account}, or it is closed',
  },
  person_account: {
    status: 409,
    zh: '{account} 是人的账号，自己能登录；访问令牌只发给服务账号',
    en: '{account} belongs to a person who signs in; tokens are for service accounts',
  },
  excluded_token: {
    status: 409,
    zh: '账号 {account} 的角色与您的角色互斥，不能由您给它发放访问令牌',
    en: 'The roles of {account} exclude your own: you issue no access token for it',
  },
  bad_token: {
    status: 401,
    zh: '访问令牌无效或已过期',
    en: 'The access token is not valid or has expired',
  },
});

/** Whether the actor holds a permission in any of his units. */
export const holds = (actor: Actor, permission: string): boolean =>
  actor.permissions.has('*') || actor.permissions.has(permission);

/**
 * Refuses unless the actor holds `permission`.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export function requirePermission(ctx: Pick<Ctx, 'actor'>, permission: string): void {
  if (ctx.actor.kind === 'anonymous') throw authErrors.make('not_signed_in');
  if (!holds(ctx.actor, permission)) throw authErrors.make('not_allowed', { permission });
}

/** Whether a unit path lies in the subtree of one of the actor's units. */
export const seesUnit = (actor: Actor, unitPath: string): boolean =>
  actor.kind === 'system' ||
  actor.roles.some((held) => unitPath === held.path || unitPath.startsWith(`${held.path}/`));
