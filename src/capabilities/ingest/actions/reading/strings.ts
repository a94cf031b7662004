/**
 * The texts of a workbook that cells point to, outside the heap: a million of them cost their bytes
 * and four each.
 */
export class SharedStrings {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #used = 0;
  #ends = new Float64Array(1 << 10);
  #size = 0;

  push(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.#used + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + length));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#used += this.#bytes.write(text, this.#used, 'utf8');
    if (this.#size === this.#ends.length) {
      const more = new Float64Array(this.#size * 2);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.#size] = this.#used;
    this.#size += 1;
  }

  at(index: number): string {
    if (!(index >= 0 && index < this.#size)) return '';
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
    return this.#bytes.toString('utf8', start, this.#ends[index]);
  }
}
