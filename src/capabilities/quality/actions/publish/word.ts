/**
 * A ranking as a Word file in the manner of GB/T 9704-2012 (党政机关公文格式): A4, title in 小标宋,
 * text in 仿宋, headings in 黑体, the page number between dashes. Tables lie across the page.
 */
import {
  AlignmentType,
  Document,
  Footer,
  Packer,
  PageNumber,
  PageOrientation,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx';
import {
  dayWords,
  emptyWords,
  notesHeading,
  notesOf,
  type Paper,
  type Sheet,
  sheetsOf,
  stateWords,
  titleOf,
} from './lines.ts';

/** Half points: 2号, 3号, 4号, 小四 and 五号. */
const size = { title: 44, text: 32, four: 28, small: 24, table: 21 };

const font = (eastAsia: string) => ({
  ascii: 'Times New Roman',
  hAnsi: 'Times New Roman',
  eastAsia,
});
const song = font('方正小标宋简体');
const fang = font('仿宋_GB2312');
const hei = font('黑体');

/** Twentieths of a point of a millimetre. */
const mm = (value: number): number => Math.round((value * 1440) / 25.4);

/** Margins of the standard (37 above, 28 at the binding), the page turned. */
const margin = { top: mm(28), bottom: mm(26), left: mm(25), right: mm(25) };
const textWidth = mm(297) - margin.left - margin.right;

/** Parts of the width of each column. */
const parts = [5, 15, 7, 9, 9, 9, 9, 9, 9, 7, 8, 9, 8];
const widths = ((): number[] => {
  const all = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => Math.floor((textWidth * part) / all));
})();

function cell(text: string, at: number, isHead: boolean): TableCell {
  const run = new TextRun({ text, font: isHead ? hei : fang, size: size.table });
  const alignment = at === 1 && !isHead ? AlignmentType.LEFT : AlignmentType.CENTER;
  return new TableCell({
    width: { size: widths[at] ?? 0, type: WidthType.DXA },
    verticalAlign: VerticalAlignTable.CENTER,
    margins: { top: 40, bottom: 40, left: 60, right: 60 },
    children: [new Paragraph({ alignment, children: [run] })],
  });
}

const tableOf = ({ head, rows }: Sheet): Table =>
  new Table({
    columnWidths: widths,
    width: { size: textWidth, type: WidthType.DXA },
    layout: TableLayoutType.FIXED,
    rows: [
      new TableRow({ tableHeader: true, children: head.map((text, at) => cell(text, at, true)) }),
      ...rows.map(
        (row) =>
          new TableRow({ cantSplit: true, children: row.map((text, at) => cell(text, at, false)) }),
      ),
    ],
  });

const line = (
  text: string,
  options: { font: ReturnType<typeof font>; size: number; centred?: boolean; right?: boolean },
): Paragraph =>
  new Paragraph({
    alignment: options.centred
      ? AlignmentType.CENTER
      : options.right
        ? AlignmentType.RIGHT
        : AlignmentType.BOTH,
    spacing: { line: 560, lineRule: 'exact', after: 80 },
    children: [new TextRun({ text, font: options.font, size: options.size })],
  });

const footer = new Footer({
  children: [
    new Paragraph({
      alignment: AlignmentType.CENTER,
      children: [
        new TextRun({
          font: font('宋体'),
          size: size.four,
          children: ['— ', PageNumber.CURRENT, ' —'],
        }),
      ],
    }),
  ],
});

const sheetParts = (sheet: Sheet, empty: string): (Paragraph | Table)[] => [
  line(sheet.heading, { font: hei, size: size.text }),
  sheet.rows.length === 0 ? line(empty, { font: fang, size: size.text }) : tableOf(sheet),
  line('', { font: fang, size: size.small }),
];

/** The bytes of the file. */
export async function rankingWord(paper: Paper): Promise<Buffer> {
  const { publisher } = paper.ranking;
  const small = { font: fang, size: size.small };
  const children = [
    line(titleOf(paper), { font: song, size: size.title, centred: true }),
    line(stateWords(paper), { font: fang, size: size.four, centred: true }),
    ...sheetsOf(paper).flatMap((sheet) => sheetParts(sheet, emptyWords(paper))),
    line(notesHeading(paper), small),
    ...notesOf(paper).map((note) => line(note, small)),
    line(publisher, { font: fang, size: size.text, right: true }),
    line(dayWords(paper), { font: fang, size: size.text, right: true }),
  ];
  const document = new Document({
    title: titleOf(paper),
    creator: publisher,
    styles: { default: { document: { run: { font: fang, size: size.text } } } },
    sections: [
      {
        properties: {
          page: {
            size: { width: mm(210), height: mm(297), orientation: PageOrientation.LANDSCAPE },
            margin,
          },
        },
        footers: { default: footer },
        children,
      },
    ],
  });
  return Packer.toBuffer(document);
}
