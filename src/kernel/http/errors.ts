import { errorTable } from '#kernel/errors';

export const httpErrors = errorTable('http', {
  no_route: {
    status: 404,
    zh: '没有这个地址：{path}',
    en: 'There is nothing at {path}',
  },
  method_not_allowed: {
    status: 405,
    zh: '{path} 不接受 {method}，只接受 {allow}',
    en: '{path} does not take {method}, only {allow}',
  },
  unsupported_media: {
    status: 415,
    zh: '内容类型应为 {expected}',
    en: 'The content type must be {expected}',
  },
  bad_json: { status: 400, zh: '内容不是合法的 JSON', en: 'The body is not valid JSON' },
  bad_request: { status: 400, zh: '请求无法理解', en: 'The request cannot be understood' },
  bad_upload: {
    status: 400,
    zh: '上传的内容不完整或格式不对',
    en: 'The upload is incomplete or malformed',
  },
  too_many_requests: {
    status: 429,
    zh: '请求太频繁，请 {seconds} 秒后再试',
    en: 'Too many requests; try again in {seconds} seconds',
  },
  too_many_streams: {
    status: 429,
    zh: '已有 {most} 个推送连接开着，请先关掉一些页面',
    en: 'There are {most} open streams already; close some pages first',
  },
  cross_site: {
    status: 403,
    zh: '不接受来自其他网站的操作',
    en: 'Writes from another site are not accepted',
  },
  unavailable: {
    status: 503,
    zh: '数据库暂时不可用，请稍后再试',
    en: 'The database is not available right now; try again shortly',
  },
  web_not_built: {
    status: 503,
    zh: '网页还没有构建，请运行 npm run prepare',
    en: 'The web is not built yet; run npm run prepare',
  },
});
