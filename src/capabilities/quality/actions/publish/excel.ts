/**
 * A ranking as an Excel workbook that prints as it is: one sheet for departments, one for towns.
 */
import ExcelJS from 'exceljs';
import {
  madeWords,
  notesOf,
  type Paper,
  type Sheet,
  sheetsOf,
  stateWords,
  titleOf,
} from './lines.ts';

const widths = [8, 26, 10, 13, 13, 13, 13, 13, 14, 10, 10, 11, 10];

const border: Partial<ExcelJS.Borders> = {
  top: { style: 'thin' },
  left: { style: 'thin' },
  bottom: { style: 'thin' },
  right: { style: 'thin' },
};

const faces = {
  zh: { title: '方正小标宋简体', head: '黑体', text: '仿宋' },
  en: { title: 'Times New Roman', head: 'Times New Roman', text: 'Times New Roman' },
};
type Faces = (typeof faces)[keyof typeof faces];

/** One merged line over the whole table. */
function banner(
  sheet: ExcelJS.Worksheet,
  text: string,
  look: { font: Partial<ExcelJS.Font>; across: 'left' | 'center' | 'right'; height: number },
): void {
  const row = sheet.addRow([text]);
  sheet.mergeCells(row.number, 1, row.number, widths.length);
  row.height = look.height;
  row.getCell(1).font = look.font;
  row.getCell(1).alignment = { horizontal: look.across, vertical: 'middle', wrapText: true };
}

/** Points and counts stay numbers; words stay words. */
const cellValue = (text: string, at: number): string | number => {
  const isNumber = at !== 1 && /^-?\d+(\.\d+)?$/.test(text);
  return isNumber ? Number(text) : text;
};

function table(sheet: ExcelJS.Worksheet, { head, rows }: Sheet, face: Faces): void {
  const first = sheet.addRow(head);
  first.height = 34;
  for (const row of rows) sheet.addRow(row.map(cellValue));
  for (let at = first.number; at <= sheet.rowCount; at += 1) {
    for (let column = 1; column <= widths.length; column += 1) {
      const cell = sheet.getRow(at).getCell(column);
      cell.border = border;
      const isHead = at === first.number;
      cell.font = { name: isHead ? face.head : face.text, size: 11, bold: isHead };
      const left = column === 2 && !isHead;
      const horizontal = left ? 'left' : 'center';
      cell.alignment = { horizontal, vertical: 'middle', wrapText: true };
      if (column === 3 && !isHead) cell.numFmt = '0.00';
    }
  }
  sheet.views = [{ state: 'frozen', xSplit: 2, ySplit: first.number }];
  sheet.pageSetup.printTitlesRow = `${first.number}:${first.number}`;
}

/** The bytes of the workbook. */
export async function rankingExcel(paper: Paper): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = paper.ranking.publisher;
  const face = faces[paper.language];
  for (const one of sheetsOf(paper)) {
    const sheet = book.addWorksheet(one.tab, {
      pageSetup: {
        paperSize: 9,
        orientation: 'landscape',
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        horizontalCentered: true,
      },
      headerFooter: { oddFooter: '&C— &P —' },
    });
    for (const [column, width] of widths.entries()) sheet.getColumn(column + 1).width = width;
    const text = { name: face.text, size: 11 };
    const title = { name: face.title, size: 20 };
    banner(sheet, titleOf(paper), { font: title, across: 'center', height: 36 });
    banner(sheet, stateWords(paper), { font: text, across: 'center', height: 20 });
    banner(sheet, one.heading, { font: { name: face.head, size: 14 }, across: 'left', height: 26 });
    table(sheet, one, face);
    for (const note of notesOf(paper)) {
      banner(sheet, note, { font: { ...text, size: 10 }, across: 'left', height: 30 });
    }
    banner(sheet, madeWords(paper), { font: text, across: 'right', height: 24 });
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}
