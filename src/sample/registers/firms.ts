/**
 * Firms of a village. Their number after the province's market bodies (about one for six or seven
 * people, a third of them companies), their sizes after Zipf's law with exponent 1.06 (Axtell,
 * Science 293, 2001). Names are put together by lot: any likeness is chance.
 */
import { firmCode } from '../identity.ts';
import type { Place } from '../places.ts';
import { drawerOf, type Random } from '../random.ts';
import type { Person } from './people.ts';

export interface Firm {
  uscc: string;
  name: string;
  type: '有限责任公司' | '股份有限公司' | '个体工商户' | '农民专业合作社';
  industry: string;
  industryName: string;
  owner: Person;
  capital: number;
  employees: number;
  foundedOn: number;
  status: '存续' | '吊销' | '注销';
  place: Place;
  /** Sells or serves food. */
  food: boolean;
}

export interface FirmWorld {
  random: Random;
  today: number;
  town: { name: string };
  places: readonly Place[];
  /** Gives the next number of a firm in the district. */
  serial: () => number;
}

/** Firms for each living person. */
const perPerson = 0.062;

const lot =
  '云帆 恒信 宏达 汇丰源 越江 湘湖 潮涌 盛和 金梭 华新 天瑞 百川 卓远 立德 正和 富邦 凯旋 鼎新 永固 新禾 晨曦 远景';
const signs = lot.split(' ');

/** Section of GB/T 4754, words, share among companies; shares invented in the district's manner. */
const trades = drawerOf([
  [{ section: 'C', name: '制造业', words: ['纺织', '机械', '化纤', '羽绒', '五金', '包装'] }, 31],
  [{ section: 'F', name: '批发和零售业', words: ['贸易', '商贸', '建材', '服饰'] }, 30],
  [{ section: 'E', name: '建筑业', words: ['建设', '装饰', '园林'] }, 8],
  [{ section: 'G', name: '交通运输、仓储和邮政业', words: ['物流', '货运'] }, 6],
  [{ section: 'H', name: '住宿和餐饮业', words: ['餐饮', '酒店'] }, 5],
  [{ section: 'I', name: '信息传输、软件和信息技术服务业', words: ['网络科技', '软件'] }, 8],
  [{ section: 'L', name: '租赁和商务服务业', words: ['商务服务', '人力资源'] }, 8],
  [{ section: 'K', name: '房地产业', words: ['物业服务', '房产经纪'] }, 4],
] as const);

const shops = drawerOf([
  [{ section: 'F', name: '批发和零售业', words: ['便利店', '五金店', '服装店', '水果店'] }, 55],
  [{ section: 'H', name: '住宿和餐饮业', words: ['小吃店', '面馆', '饭店', '奶茶店'] }, 25],
  [{ section: 'O', name: '居民服务、修理和其他服务业', words: ['理发店', '修理部'] }, 20],
] as const);

const coop = { section: 'A', name: '农、林、牧、渔业', words: ['蔬菜', '苗木', '水产'] } as const;

const typeOf = drawerOf([
  ['有限责任公司', 33],
  ['股份有限公司', 0.6],
  ['个体工商户', 65.4],
  ['农民专业合作社', 1],
] as const);

/** Registered capital in ten thousand yuan. */
const capitals = [10, 30, 50, 100, 100, 200, 500, 1000, 2000, 5000];

/** Firms of one village, owned by adults who live there. */
export function firmsOf(world: FirmWorld, adults: readonly Person[], people: number): Firm[] {
  if (adults.length === 0) return [];
  const count = Math.max(1, Math.round(people * perPerson));
  return Array.from({ length: count }, () => oneFirm(world, world.random.pick(adults)));
}

function oneFirm(world: FirmWorld, owner: Person): Firm {
  const { random, today } = world;
  const type = typeOf(random);
  const single = type === '个体工商户';
  const trade = type === '农民专业合作社' ? coop : single ? shops(random) : trades(random);
  const word = random.pick(trade.words);
  const sign = `${random.pick(signs)}${random.chance(0.4) ? random.pick(signs).slice(0, 1) : ''}`;
  const kind = single ? 'single' : type === '农民专业合作社' ? 'cooperative' : 'company';
  const tail = { company: '有限公司', cooperative: '专业合作社', single: '' }[kind];
  const stock = type === '股份有限公司' ? '股份' : '';
  // A tail of the same law, cut where no district's firm goes.
  const size = Math.min(20_000, Math.floor((single ? 1 : 2) / (1 - random.next()) ** (1 / 1.06)));
  return {
    uscc: firmCode(kind, world.serial()),
    name: single ? `萧山区${world.town.name}${sign}${word}` : `杭州${sign}${word}${stock}${tail}`,
    type,
    industry: trade.section,
    industryName: trade.name,
    owner,
    capital: single ? random.whole(1, 10) : random.pick(capitals),
    employees: single ? Math.min(size, 12) : size,
    foundedOn: today - Math.floor(60 + random.next() ** 2 * 9000),
    status: random.chance(0.93) ? '存续' : random.chance(0.7) ? '注销' : '吊销',
    place: random.pick(world.places),
    food: trade.section === 'H' || /便利店|水果店/.test(word),
  };
}
