/**
 * What notebooks import beside the areas they are about: complete outputs, tables, charts, predictions, checks.
 *
 * A notebook's first cell calls {@linkcode startNotebook}. The last expression of a cell is displayed by itself;
 * {@linkcode show} displays from the middle of one.
 *
 * @module
 */
export * from "./bar_chart.ts";
export * from "./check.ts";
export * from "./compare.ts";
export * from "./data_table.ts";
export * from "./displayable.ts";
export * from "./line_chart.ts";
export * from "./show.ts";
export * from "./start_notebook.ts";
