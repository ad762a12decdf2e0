// What one message may cost a reader. Beyond these limits the rest of the message is displayed as it was typed.

/** UTF-16 units. Longer messages are not parsed. */
export const PARSED_LENGTH_MAX = 70_000;
/** Levels of quotes and lists, of which a list has two: what is deeper would have no room on a phone. */
export const BLOCK_DEPTH_MAX = 16;
/** Levels of emphasis. */
export const DEPTH_MAX = 24;
/** Elements of one message: paragraphs, emphasis, cells, links. */
export const ELEMENTS_MAX = 4_000;
/** Mentions, channel links, hashtags, emoji and keywords of one message: each is a component of its own. */
export const MARKS_MAX = 500;
/** Cells of one table. */
export const CELLS_MAX = 2_000;
/** Formulas of one message. */
export const FORMULAS_MAX = 50;
export const FORMULA_LENGTH_MAX = 2_000;
/** Of all formulas of one message. */
const FORMULAS_LENGTH_MAX = 8_000;

/** Counts what a message has used of its limits. */
export class Budget {
  private elements = ELEMENTS_MAX;
  private marks = MARKS_MAX;
  private formulas = FORMULAS_MAX;
  private formulasLength = FORMULAS_LENGTH_MAX;

  takeElement(): boolean {
    this.elements -= 1;
    return this.elements >= 0;
  }

  takeMark(): boolean {
    this.marks -= 1;
    return this.marks >= 0 && this.takeElement();
  }

  takeFormula(length: number): boolean {
    this.formulas -= 1;
    this.formulasLength -= length;
    return this.formulas >= 0 && this.formulasLength >= 0 && length <= FORMULA_LENGTH_MAX && this.takeElement();
  }
}
