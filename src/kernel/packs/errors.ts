import { errorTable } from '#kernel/errors';

export const packErrors = errorTable('packs', {
  refused: {
    status: 400,
    zh: '场景应用有 {count} 处错误，什么都没有改动',
    en: 'The packs have {count} faults; nothing was changed',
  },
  no_folder: {
    status: 400,
    zh: '没有文件夹 {dir}，或里面没有 pack.yaml',
    en: 'There is no folder {dir}, or it holds no pack.yaml',
  },
  bad_name: {
    status: 400,
    zh: '名称“{name}”不合规：只用小写字母、数字、下划线和连字符，以字母或数字开头',
    en: 'The name "{name}" is not allowed: lower-case letters, digits, _ and - only',
  },
  twice: {
    status: 400,
    zh: '两个文件夹都叫“{pack}”；场景应用的名称只能用一次',
    en: 'Two folders are named "{pack}"; a pack has its name alone',
  },
  unknown_kind: {
    status: 400,
    zh: '不认识的文件夹“{kind}”；可用：{kinds}',
    en: 'The folder "{kind}" is of no kind; known: {kinds}',
  },
  unknown_file: {
    status: 400,
    zh: '“{kind}”只放 {extension} 文件，不认识 {file}',
    en: '"{kind}" holds {extension} files; {file} is none',
  },
  nested: {
    status: 400,
    zh: '文件夹不再分层：请把 {file} 移到上一级',
    en: 'Folders are not nested: move {file} one level up',
  },
  link: {
    status: 400,
    zh: '{file} 是链接或特殊文件；只读普通文件，且不离开本文件夹',
    en: '{file} is a link or a special file; only plain files inside the folder are read',
  },
  too_large: {
    status: 413,
    zh: '文件有 {size} 字节，上限 {limit} 字节',
    en: 'The file has {size} bytes; the limit is {limit} bytes',
  },
  too_many: {
    status: 413,
    zh: '文件超过 {limit} 个',
    en: 'More than {limit} files',
  },
  not_text: {
    status: 400,
    zh: '不是 UTF-8 文本，或含有 NUL 字符',
    en: 'Not UTF-8 text, or it holds a NUL character',
  },
  sql_alone: {
    status: 400,
    zh: '{file} 旁边缺少同名的 .yaml',
    en: '{file} has no .yaml of its name beside it',
  },
  no_header: {
    status: 400,
    zh: '文件应以注释开头（/* … */ 或 --），注释里是 YAML',
    en: 'The file must begin with a comment (/* ... */ or --) holding YAML',
  },
  no_sql: { status: 400, zh: '注释之后没有 SQL', en: 'There is no SQL after the comment' },
  bad_yaml: { status: 400, zh: 'YAML 写错了：{detail}', en: 'The YAML is wrong: {detail}' },
  bad_csv: {
    status: 400,
    zh: 'CSV 写错了：{zh}',
    en: 'The CSV is wrong: {en}',
  },
  bad_value: { status: 400, zh: '{item}：{zh}', en: '{item}: {en}' },
  platform: {
    status: 400,
    zh: '需要平台版本 {range}，现为 {version}',
    en: 'Needs platform {range}; this is {version}',
  },
  missing_pack: {
    status: 400,
    zh: '需要的场景应用“{pack}”既不在这次安装里，也没有装过',
    en: 'The pack "{pack}" it needs is neither given nor applied',
  },
  kind_circle: {
    status: 500,
    zh: '文件类别的先后成环：{kinds}',
    en: 'The order of kinds is a circle: {kinds}',
  },
  not_applied: {
    status: 404,
    zh: '“{pack}”没有已应用的文件 {kind}/{name}',
    en: '"{pack}" has no applied file {kind}/{name}',
  },
  no_version: {
    status: 404,
    zh: '“{pack}”没有第 {version} 版',
    en: '"{pack}" has no version {version}',
  },
});
