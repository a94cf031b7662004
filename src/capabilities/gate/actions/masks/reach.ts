/** Masks of ways to reach somebody, and of machines. */
import { choose, ends, hide, type Mask } from './entry.ts';

const mobile = { first: 3, last: 4, atLeast: 11, usual: 11 };

export const reach = {
  mobile_3_4: {
    title: { zh: '手机号留前三后四', en: 'First three and last four kept' },
    how: 'masked',
    example: { from: '13800138000', to: '138****8000' },
    source: '2.7 MOBILE_3_4',
    sql: (text) => ends(text, mobile),
  },
  mobile_hidden: {
    title: { zh: '手机号隐去', en: 'Mobile number hidden' },
    how: 'generalised',
    example: { from: '13800138000', to: '***********' },
    source: '2.7 MOBILE_3_4, L3',
    sql: (text) => hide(text, '***********'),
  },
  phone_area: {
    title: { zh: '电话留区号和末两位', en: 'Area code and last two kept' },
    how: 'masked',
    example: { from: '0571-82620000', to: '0571-******00' },
    source: '2.7, after MOBILE_3_4',
    sql: (text, to) =>
      choose(
        [
          [
            to.matches(text, '0[0-9]{2,3}-[0-9]{7,8}'),
            `left(${text}, strpos(${text}, '-')) || '******' || right(${text}, 2)`,
          ],
          [to.matches(text, '1[0-9]{10}'), ends(text, mobile)],
          [to.matches(text, '[0-9]{7,12}'), `'******' || right(${text}, 2)`],
        ],
        hide(text),
      ),
  },
  email_domain: {
    title: { zh: '邮箱留首字母和域名', en: 'First letter and domain kept' },
    how: 'masked',
    example: { from: 'nobody@example.com', to: 'n***@example.com' },
    source: '2.7, after MOBILE_3_4',
    sql: (text, to) =>
      choose(
        [
          [
            to.matches(text, '[^@ ]{2,64}@[A-Za-z0-9-]{1,63}([.][A-Za-z0-9-]{1,63}){1,4}'),
            `left(${text}, 1) || '***' || substr(${text}, strpos(${text}, '@'))`,
          ],
        ],
        hide(text),
      ),
  },
  ip_net: {
    title: { zh: 'IP 留网段', en: 'Network of the address kept' },
    how: 'generalised',
    example: { from: '192.0.2.1', to: '192.0.*.*' },
    source: '2.7, after GEO_ROUND',
    sql: (text, to) => {
      const second = `split_part(${text}, '.', 1) || '.' || split_part(${text}, '.', 2)`;
      const whole = to.matches(text, '[0-9]{1,3}([.][0-9]{1,3}){3}');
      return choose([[whole, `${second} || '.*.*'`]], hide(text));
    },
  },
  mac_maker: {
    title: { zh: 'MAC 留厂商段', en: 'Maker of the device kept' },
    how: 'generalised',
    example: { from: '00-00-5E-00-53-01', to: '00-00-5E-**-**-**' },
    source: '2.7, after GEO_ROUND',
    sql: (text, to) =>
      choose(
        [
          [
            to.matches(text, '[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}'),
            `left(${text}, 9) || '**-**-**'`,
          ],
        ],
        hide(text),
      ),
  },
  url_host: {
    title: { zh: '网址留域名', en: 'Host of the address kept' },
    how: 'generalised',
    example: { from: 'https://example.com/a?b=1', to: 'https://example.com/***' },
    source: '2.7, after ADDR_LEVEL',
    sql: (text, to) => {
      const host = `split_part(${text}, '/', 3)`;
      const safe = to.matches(text, 'https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^ ]*)?');
      return choose(
        [[safe, `split_part(${text}, '/', 1) || '//' || ${host} || '/***'`]],
        hide(text),
      );
    },
  },
} satisfies Record<string, Mask>;
