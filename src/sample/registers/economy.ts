/** Registers of firms and work. */
import { dateText } from './days.ts';
import type { Firm } from './firms.ts';
import type { Sink, Village } from './village.ts';

export function economyRows(village: Village, sink: Sink): void {
  for (const firm of village.firms) firmRow(village, sink, firm);
}

function firmRow(village: Village, sink: Sink, firm: Firm): void {
  const { owner, place } = firm;
  sink.put('firms', {
    uscc: firm.uscc,
    firm_name: firm.name,
    firm_type: firm.type,
    industry: firm.industry,
    industry_name: firm.industryName,
    legal_person: owner.name,
    legal_person_id: owner.id,
    capital: firm.capital.toFixed(2),
    employees: String(firm.employees),
    founded_on: dateText(firm.foundedOn),
    status: firm.status,
    phone: owner.phone,
    address: place.fullName,
    addr_code: place.code,
    village_code: village.unit.code,
  });
}
