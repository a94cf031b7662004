/** Meanings by which someone or something is reached: numbers, mail, addresses of a network. */
import { patternRule, type Semantic } from './entry.ts';

const mobile = '1[3-9]\\d{9}';
const mobileWritten = '(?:\\+?86[- ]?)?1[3-9]\\d{9}';
const fixed = '(?:0\\d{2,3}-?)?[2-9]\\d{6,7}(?:-\\d{1,6})?';
/** With its area code, so that no bare number of seven or eight digits passes for a telephone. */
const fixedWritten =
  '(?:\\(0\\d{2,3}\\)|（0\\d{2,3}）|0\\d{2,3}[- ]?)[2-9]\\d{6,7}(?:[-转]\\d{1,6})?';
const service = '(?:1\\d{2}|12\\d{3}|9[56]\\d{3,4}|[48]00-?\\d{3}-?\\d{4})';

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ip = `${octet}(?:\\.${octet}){3}|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}`;
const mac = '[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}';
const email = '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}';
const url = '(?:https?|ftp)://[^\\s]+|www\\.[^\\s]+\\.[^\\s]+';

const numberHeader = /手机|电话|联系方式|联系号码|来电号码|热线|号码|mobile|phone|tel\b|tel$|传真/i;

export const reach = {
  mobile: {
    title: { zh: '手机号码', en: 'Mobile number' },
    standard: '工业和信息化部 电信网编号计划',
    example: '13800138000',
    grade: 'L3',
    personal: 'ordinary',
    type: 'text',
    rule: patternRule(mobile, '应为 11 位手机号码', 'a mobile number of 11 digits'),
    known: {
      shape: mobileWritten,
      header: numberHeader,
      never: /编号|单号|流水/,
      hinted: 0.8,
      alone: 0.9,
    },
  },
  phone: {
    title: { zh: '电话号码', en: 'Phone number' },
    standard: '工业和信息化部 电信网编号计划',
    example: '0571-82620000',
    grade: 'L2',
    personal: 'ordinary',
    type: 'text',
    rule: patternRule(
      `${mobile}|${fixed}|\\d{3,5}`,
      '应为手机号码、固定电话或服务号码',
      'a mobile, fixed-line or service number',
    ),
    known: {
      shape: `${mobileWritten}|${fixedWritten}|${fixed}|${service}`,
      header: numberHeader,
      never: /编号|单号|流水/,
      hinted: 0.6,
    },
  },
  landline: {
    title: { zh: '固定电话', en: 'Landline number' },
    standard: '工业和信息化部 电信网编号计划',
    example: '0571-82620000',
    grade: 'L2',
    type: 'text',
    rule: patternRule(fixedWritten, '应为带区号的固定电话', 'a landline number with its area code'),
    known: { shape: fixedWritten, never: /编号|单号|流水|编码|代码/, alone: 0.9, various: 3 },
  },
  email: {
    title: { zh: '电子邮箱', en: 'E-mail address' },
    standard: 'RFC 5321',
    example: 'nobody@example.com',
    grade: 'L3',
    personal: 'ordinary',
    type: 'text',
    rule: patternRule(email, '应为电子邮箱地址', 'an e-mail address'),
    known: { shape: email, header: /邮箱|email|e-mail/i, hinted: 0.6, alone: 0.9 },
  },
  ip: {
    title: { zh: 'IP 地址', en: 'IP address' },
    standard: 'RFC 791 / RFC 4291',
    example: '192.0.2.1',
    grade: 'L2',
    type: 'text',
    rule: patternRule(ip, '应为 IP 地址', 'an IP address'),
    known: { shape: ip, header: /\bip\b|ip地址/i, hinted: 0.6, alone: 0.95 },
  },
  mac: {
    title: { zh: 'MAC 地址', en: 'MAC address' },
    standard: 'IEEE 802',
    example: '00-00-5E-00-53-01',
    grade: 'L2',
    type: 'text',
    rule: patternRule(mac, '应为 MAC 地址', 'a MAC address'),
    known: { shape: mac, header: /mac/i, hinted: 0.6, alone: 0.95 },
  },
  url: {
    title: { zh: '网址', en: 'URL' },
    standard: 'RFC 3986',
    example: 'https://example.com/',
    grade: 'L1',
    type: 'text',
    rule: patternRule(url, '应为网址', 'a URL'),
    known: { shape: url, header: /网址|链接|url/i, hinted: 0.6, alone: 0.9 },
  },
} satisfies Record<string, Semantic>;
