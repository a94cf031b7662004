import { errorTable } from '#kernel/errors';

export const appErrors = errorTable('app', {
  usage: { status: 400, zh: '命令用法不对：{detail}', en: 'Wrong usage: {detail}' },
  file_missing: { status: 404, zh: '找不到文件 {path}', en: 'File {path} was not found' },
  contract_exists: {
    status: 409,
    zh: '{path} 已经有了，不会覆盖',
    en: '{path} is there already and is not overwritten',
  },
  port_taken: {
    status: 409,
    zh: '端口 {port} 已被占用，请用 GUANTONG_PORT 换一个',
    en: 'Port {port} is taken; choose another with GUANTONG_PORT',
  },
  account_unknown: {
    status: 404,
    zh: '没有账号 {account}；演示账号只在演示模式下有（GUANTONG_DEMO=true）',
    en: 'There is no account {account}; those of the demonstration live in demo mode only (GUANTONG_DEMO=true)',
  },
  backup_exists: {
    status: 409,
    zh: '{path} 不是空文件夹，备份不会覆盖它',
    en: '{path} is not an empty folder; a backup never overwrites',
  },
  backup_broken: {
    status: 422,
    zh: '备份不完整或被改动：{path}',
    en: 'The backup is incomplete or was changed: {path}',
  },
  backup_other_version: {
    status: 409,
    zh: '备份来自另一版本（迁移 {need} 个，本版 {have} 个）：先用原版本恢复，再启动本版本升级',
    en: 'The backup is of another version ({need} migrations, here {have}): restore with that one, then upgrade',
  },
  audit_broken: {
    status: 422,
    zh: '审计链在第 {batch} 批断开：记录 {record}（{what}，{at}）',
    en: 'The audit chain is broken in batch {batch}: record {record} ({what}, {at})',
  },
  restore_not_empty: {
    status: 409,
    zh: '{path} 已有数据，恢复只写入空的平台目录',
    en: '{path} holds data already; restore writes into an empty home only',
  },
});
